/// Little-endian numbers at offsets of raw bytes, bounds checked.
extension RawSpan {
    /// The number made of `length` bytes (at most 8) at an offset; nil when the bytes end before it does.
    func littleEndian(at offset: Int, length: Int) -> UInt64? {
        guard offset >= 0, length >= 0, length <= 8, length <= byteCount, offset <= byteCount - length else {
            return nil
        }
        var value: UInt64 = 0
        for place in 0..<length {
            value |= UInt64(unsafeLoad(fromByteOffset: offset + place, as: UInt8.self)) << (8 * UInt64(place))
        }
        return value
    }
}

/// Little-endian numbers written to the end.
extension ByteBuffer {
    /// Appends a number as four bytes.
    mutating func appendLittleEndian(_ value: UInt32) {
        append([
            UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 24),
        ])
    }
}
