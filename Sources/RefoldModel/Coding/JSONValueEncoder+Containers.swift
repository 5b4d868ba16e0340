import RefoldBytes

/// Writes one slot; also the container of a single value.
struct JSONSlotEncoder: Encoder, SingleValueEncodingContainer {
    let slot: JSONSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.beginObject()
        return KeyedEncodingContainer(JSONMembers(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.beginArray()
        return JSONElements(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { slot.set(.null) }
    func encode(_ value: Bool) { slot.set(.bool(value)) }
    func encode(_ value: String) { slot.set(.text(value)) }
    func encode(_ value: Double) throws { try encode(floating: value) }
    func encode(_ value: Float) throws { try encode(floating: value) }
    func encode(_ value: Int) { slot.set(.integer(value)) }
    func encode(_ value: Int8) { slot.set(.integer(value)) }
    func encode(_ value: Int16) { slot.set(.integer(value)) }
    func encode(_ value: Int32) { slot.set(.integer(value)) }
    func encode(_ value: Int64) { slot.set(.integer(value)) }
    func encode(_ value: Int128) { slot.set(.integer(value)) }
    func encode(_ value: UInt) { slot.set(.integer(value)) }
    func encode(_ value: UInt8) { slot.set(.integer(value)) }
    func encode(_ value: UInt16) { slot.set(.integer(value)) }
    func encode(_ value: UInt32) { slot.set(.integer(value)) }
    func encode(_ value: UInt64) { slot.set(.integer(value)) }
    func encode(_ value: UInt128) { slot.set(.integer(value)) }
    func encode(_ value: some Encodable) throws { slot.set(try JSONSlot.encode(value, at: codingPath)) }

    private func encode(floating value: some BinaryFloatingPoint & CustomStringConvertible) throws {
        guard value.isFinite else {
            let context = EncodingError.Context(
                codingPath: codingPath,
                debugDescription: "a number that is not finite has no JSON"
            )
            throw EncodingError.invalidValue(value, context)
        }
        let text = value.description
        slot.set(.number(ByteString(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)))
    }
}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: JSONSlot
    let codingPath: [any CodingKey]

    private func encoder(_ key: any CodingKey) -> JSONSlotEncoder {
        JSONSlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }

    func encodeNil(forKey key: Key) { encoder(key).encodeNil() }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        // Through the type's own conformance, which for a number or text calls the single value's container.
        try encoder(key).encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder(JSONKey(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

private struct JSONElements: UnkeyedEncodingContainer {
    let slot: JSONSlot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    private func encoder() -> JSONSlotEncoder {
        let path = codingPath + [JSONKey(intValue: count)]
        return JSONSlotEncoder(slot: slot.element(), codingPath: path)
    }

    func encodeNil() { encoder().encodeNil() }
    func encode(_ value: some Encodable) throws { try encoder().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }
}
