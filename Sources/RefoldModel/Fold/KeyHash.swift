/// A hash of bytes that is the same in every process: shards, spills and resumes depend on it.
package enum KeyHash {
    /// Mixes eight bytes at a time; the last step spreads all bits.
    package static func of(_ bytes: Span<UInt8>) -> UInt64 {
        let raw = bytes.bytes
        let count = raw.byteCount
        var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var at = 0
        while at + 8 <= count {
            hash = mix(hash ^ raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        if at < count {
            // The rest as one big-endian number; of a longer text it is cut from the last eight bytes.
            var last: UInt64 = 0
            if count >= 8 {
                let word = raw.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                last = UInt64(bigEndian: word) & (1 << UInt64(8 * (count - at)) - 1)
            } else {
                for place in at..<count { last = last << 8 | UInt64(bytes[place]) }
            }
            hash = mix(hash ^ last)
        }
        return mix(hash)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return high ^ low ^ (value &>> 29)
    }
}
