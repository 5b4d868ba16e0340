internal import RefoldBytes

/// One declared key of a record and the part of the draft it fills.
struct Key<Draft: Sendable>: Sendable {
    /// What is declared of it.
    let description: KeyDescription
    /// Reads its value into the draft, or reports why not.
    let assign: @Sendable (inout Draft, YAMLNode, inout Reading) -> Void

    /// A key that fills a part of the draft.
    init<Value>(
        _ name: String,
        _ shape: Shape<Value>,
        _ need: KeyDescription.Need,
        into part: any WritableKeyPath<Draft, Value> & Sendable,
        for variants: [String]? = nil,
        identity isIdentity: Bool? = nil,
        _ meaning: String
    ) {
        self.init(name, shape, need, for: variants, identity: isIdentity, meaning) { draft, value in
            draft[keyPath: part] = value
        }
    }

    /// A key that fills an optional part of the draft.
    init<Value>(
        _ name: String,
        _ shape: Shape<Value>,
        _ need: KeyDescription.Need = .optional,
        into part: any WritableKeyPath<Draft, Value?> & Sendable,
        for variants: [String]? = nil,
        identity isIdentity: Bool? = nil,
        _ meaning: String
    ) {
        self.init(name, shape, need, for: variants, identity: isIdentity, meaning) { draft, value in
            draft[keyPath: part] = value
        }
    }

    /// A key whose value changes the draft in its own way.
    init<Value>(
        _ name: String,
        _ shape: Shape<Value>,
        _ need: KeyDescription.Need,
        for variants: [String]? = nil,
        identity isIdentity: Bool? = nil,
        _ meaning: String,
        apply: @escaping @Sendable (inout Draft, Value) -> Void
    ) {
        description = KeyDescription(
            name: name,
            value: shape.description,
            need: need,
            meaning: meaning,
            variants: variants,
            isIdentity: isIdentity
        )
        assign = { draft, node, reading in
            if let value = shape.read(node, &reading) { apply(&draft, value) }
        }
    }
}
