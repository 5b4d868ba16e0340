internal import RefoldBytes

/// What a value in a manifest may be: one declaration that both reads it and describes it.
///
/// Reading gives nil when the value is not usable; the reason has been reported then.
struct Shape<Value: Sendable>: Sendable {
    /// The description, from which JSON Schema and reference are written.
    let description: ShapeDescription
    /// Reads a value.
    let read: @Sendable (YAMLNode, inout Reading) -> Value?

    /// Another value made of this one; nil stays nil.
    func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) -> Other) -> Shape<Other> {
        Shape<Other>(description: description) { node, reading in read(node, &reading).map(transform) }
    }

    /// A further condition, which reports its own reason and gives nil when it does not hold.
    func checked<Other: Sendable>(
        _ check: @escaping @Sendable (Value, YAMLNode, inout Reading) -> Other?
    ) -> Shape<Other> {
        Shape<Other>(description: description) { node, reading in
            guard let value = read(node, &reading) else { return nil }
            return check(value, node, &reading)
        }
    }

    /// A shape that is looked up when it is used, so that it may hold itself; the JSON Schema defines it once.
    static func named(
        _ name: String,
        word: String? = nil,
        _ shape: @escaping @Sendable () -> Shape<Value>
    ) -> Shape<Value> {
        Shape(description: .named(name, word: word) { shape().description }) { node, reading in
            shape().read(node, &reading)
        }
    }

    /// One form for each way YAML can write the value; a way without a form is an error that names the others.
    static func either(
        scalar: Shape<Value>? = nil,
        list: Shape<Value>? = nil,
        mapping: Shape<Value>? = nil
    ) -> Shape<Value> {
        let forms = [scalar, list, mapping].compactMap(\.self)
        return Shape(description: .either(forms.map(\.description))) { node, reading in
            let form =
                switch node.content {
                case .scalar: scalar
                case .sequence: list
                case .mapping: mapping
                }
            if let form { return form.read(node, &reading) }
            let words = forms.map { $0.description.word }.joined(separator: " or ")
            reading.report(.type, "expected \(words), found \(reading.describe(node))", at: node.mark)
            return nil
        }
    }

    /// A list; an element that is not usable is left out after its reason was reported.
    static func list<Element>(of element: Shape<Element>, atLeast minimum: Int = 0) -> Shape<[Element]>
    where Value == [Element] {
        Shape(description: .list(of: element.description, atLeast: minimum)) { node, reading in
            guard let nodes = node.elements else {
                reading.report(
                    .type,
                    "expected a list, found \(reading.describe(node))",
                    at: node.mark,
                    fix: "write it in brackets: [ … ]"
                )
                return nil
            }
            guard nodes.count >= minimum else {
                reading.report(
                    .value,
                    "the list needs at least \(minimum == 1 ? "one element" : "\(minimum) elements")",
                    at: node.mark,
                    fix: "add one"
                )
                return nil
            }
            return nodes.compactMap { element.read($0, &reading) }
        }
    }

    /// One value, or a list of them.
    static func oneOrMany<Element>(_ element: Shape<Element>) -> Shape<[Element]> where Value == [Element] {
        .either(scalar: element.map { [$0] }, list: .list(of: element, atLeast: 1))
    }

    /// A mapping whose keys the user chooses, in the order written.
    static func dictionary<Element>(
        of element: Shape<Element>,
        atLeast minimum: Int = 0
    ) -> Shape<[Entry<Element>]> where Value == [Entry<Element>] {
        Shape(description: .dictionary(of: element.description, atLeast: minimum)) { node, reading in
            guard let pairs = node.pairs else {
                reading.report(.type, "expected a mapping, found \(reading.describe(node))", at: node.mark)
                return nil
            }
            guard pairs.count >= minimum else {
                reading.report(
                    .value,
                    "the mapping needs at least one key",
                    at: node.mark,
                    fix: "add one"
                )
                return nil
            }
            return pairs.compactMap { pair in
                element.read(pair.value, &reading).map { Entry(key: pair.key, mark: pair.keyMark, value: $0) }
            }
        }
    }
}

/// One entry of a mapping whose keys the user chooses.
struct Entry<Value: Sendable>: Sendable {
    /// The key.
    var key: ByteString
    /// Where the key stands.
    var mark: SourceMark
    /// The value.
    var value: Value
}
