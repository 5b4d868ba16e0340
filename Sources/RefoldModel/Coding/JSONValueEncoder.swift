package import RefoldBytes

/// Encodes a Swift value as a ``JSONValue``: numbers in their shortest text, a ``JSONValue`` as it is.
///
/// A double without a fraction has no point (`3`, not `3.0`); one that is not finite is an `EncodingError`. A `nil` that
/// a type encodes by itself is `null`; synthesised conformances leave it out. Foundation's `Date` and `Decimal` encode as
/// their own conformances say, which is seldom what a document wants: hold texts or a ``JSONValue`` instead.
package struct JSONValueEncoder {
    /// An encoder.
    package init() {}

    /// The value as JSON.
    package func encode(_ value: some Encodable) throws -> JSONValue {
        try JSONSlot.encode(value, at: [])
    }

    /// The value as a JSON object; throws an `EncodingError` when it is something else.
    package func encodeObject<T: Encodable>(_ value: T) throws -> JSONValue {
        let encoded = try encode(value)
        guard case .object = encoded else {
            let context = EncodingError.Context(
                codingPath: [],
                debugDescription: "\(T.self) is no JSON object"
            )
            throw EncodingError.invalidValue(value, context)
        }
        return encoded
    }
}

/// Where one value grows while its type encodes itself.
///
/// A reference, since containers that a type holds at the same time write to one place.
final class JSONSlot {
    private enum Content {
        case empty
        case value(JSONValue)
        case object([(name: ByteString, slot: JSONSlot)])
        case array([JSONSlot])
    }
    private var content = Content.empty

    /// The value of an `Encodable`, which for a ``JSONValue`` is itself.
    static func encode(_ value: some Encodable, at path: [any CodingKey]) throws -> JSONValue {
        if let json = value as? JSONValue { return json }
        let slot = JSONSlot()
        try value.encode(to: JSONSlotEncoder(slot: slot, codingPath: path))
        return slot.json
    }

    /// What was written; an object when nothing was.
    var json: JSONValue {
        switch content {
        case .empty: .object([:])
        case .value(let value): value
        case .object(let members): .object(JSONObject(members.map { ($0.name, $0.slot.json) }))
        case .array(let slots): .array(slots.map(\.json))
        }
    }

    /// How many elements an array has.
    var count: Int {
        guard case .array(let slots) = content else { return 0 }
        return slots.count
    }

    func set(_ value: JSONValue) { content = .value(value) }

    func beginObject() {
        if case .object = content { return }
        content = .object([])
    }

    func beginArray() {
        if case .array = content { return }
        content = .array([])
    }

    func member(_ name: String) -> JSONSlot {
        guard case .object(var members) = content else {
            beginObject()
            return member(name)
        }
        content = .empty
        let slot = JSONSlot()
        members.append((ByteString(name), slot))
        content = .object(members)
        return slot
    }

    func element() -> JSONSlot {
        guard case .array(var slots) = content else {
            beginArray()
            return element()
        }
        content = .empty
        let slot = JSONSlot()
        slots.append(slot)
        content = .array(slots)
        return slot
    }
}

/// A member's name or an element's place.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "\(intValue)"
        self.intValue = intValue
    }
}
