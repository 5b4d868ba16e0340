package import RefoldBytes

/// The key of an aggregate within a ``StateTable``.
///
/// Shape: the entity's length (`UInt32`, little-endian), the entity, the id. `Entity#id` as text could stand for two
/// aggregates when a name holds a `#`.
package enum AggregateKey {
    /// Makes the key in a buffer that is used again.
    package static func encode(_ entity: ByteString, _ id: ByteString, into output: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: entity.count).littleEndian) {
            output.append(contentsOf: $0)
        }
        output.append(contentsOf: entity.bytes)
        output.append(contentsOf: id.bytes)
    }

    /// The beginning of every key of an entity.
    package static func prefix(_ entity: ByteString) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(entity, "", into: &bytes)
        return bytes
    }

    /// The entity and id of a key; nil when the bytes are none.
    package static func decode(_ key: Span<UInt8>) -> (entity: ByteString, id: ByteString)? {
        guard key.count >= 4 else { return nil }
        let length = Int(key.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
        guard length <= key.count - 4 else { return nil }
        return (
            ByteString(copying: key, in: 4..<4 + length),
            ByteString(copying: key, in: 4 + length..<key.count)
        )
    }

    /// Whether a key is of an entity; nothing is copied.
    package static func isKey(_ key: Span<UInt8>, of entity: ByteString) -> Bool {
        guard key.count >= 4 + entity.count,
            Int(key.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)) == entity.count
        else { return false }
        for offset in 0..<entity.count where key[4 + offset] != entity.bytes[offset] { return false }
        return true
    }
}
