/// One JSON value with its numbers as the text they came as.
///
/// For the control path and for projection of single values; bulk data stays in a ``JSONTape``.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as its text, never through a double.
    case number(ByteString)
    /// A string, unescaped.
    case string(ByteString)
    /// An array.
    case array([JSONValue])
    /// An object; members in the order they came, names unique.
    case object(JSONObject)
}

/// The members of a JSON object in order, names unique by their bytes.
///
/// Complexity: look-up is linear; objects here are small.
public struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The members in order.
    public private(set) var members: [(name: ByteString, value: JSONValue)] = []

    /// An object without members.
    public init() {}

    /// The members as listed; of one name the last counts, at the place of the first.
    public init(_ members: some Sequence<(ByteString, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// The members as listed.
    public init(dictionaryLiteral elements: (ByteString, JSONValue)...) {
        self.init(elements)
    }

    /// The value under a name; setting nil removes the member, setting a new name appends.
    public subscript(name: ByteString) -> JSONValue? {
        get { members.first { $0.name == name }?.value }
        set {
            let place = members.firstIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The number of members.
    public var count: Int { members.count }

    /// Equal when the same names hold equal values, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    /// Hashes the members without their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var one = Hasher()
            one.combine(member.name)
            one.combine(member.value)
            sum &+= one.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral value: StaticString) { self = .string(ByteString(stringLiteral: value)) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    public init(integerLiteral value: Int64) { self = .number(ByteString(String(value))) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object.
    public init(dictionaryLiteral elements: (ByteString, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }

    /// A string of a Swift string.
    public static func text(_ string: String) -> JSONValue { .string(ByteString(string)) }
    /// An integer.
    public static func integer(_ value: some BinaryInteger) -> JSONValue {
        .number(ByteString(String(value)))
    }

    /// The value under a name, when this is an object that has it.
    public subscript(name: ByteString) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The text, when this is a string.
    public var asString: String? {
        guard case .string(let text) = self else { return nil }
        return text.string
    }

    /// The integer, when this is a number written as one that fits Int64.
    public var asInt64: Int64? {
        guard case .number(let text) = self else { return nil }
        return Int64(text.string)
    }

    /// The boolean, when this is one.
    public var asBool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The elements, when this is an array.
    public var asArray: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The texts, when this is a list of nothing else.
    public var asTexts: [String]? {
        guard let elements = asArray else { return nil }
        let texts = elements.compactMap(\.asString)
        return texts.count == elements.count ? texts : nil
    }

    /// The members, when this is an object.
    public var asObject: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }
}
