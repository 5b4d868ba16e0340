/// The 64-bit xxHash with seed 0, whose lower half is the checksum of zstd frames.
///
/// Needed only to tell what a damaged frame's checksum would be; libzstd keeps its own to itself.
/// Source: the xxHash specification, version 0.1.1.
package enum XXH64 {
    private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63,
        0x27D4_EB2F_1656_67C5
    )

    /// The hash of bytes that are all at hand.
    package static func hash(of bytes: RawSpan) -> UInt64 {
        var place = 0
        var sum = primes.4
        if bytes.byteCount >= 32 {
            var lanes = [primes.0 &+ primes.1, primes.1, 0, 0 &- primes.0]
            while place + 32 <= bytes.byteCount {
                for lane in 0..<4 { lanes[lane] = round(lanes[lane], word(bytes, place + 8 * lane)) }
                place += 32
            }
            sum =
                rotated(lanes[0], 1) &+ rotated(lanes[1], 7) &+ rotated(lanes[2], 12) &+ rotated(lanes[3], 18)
            for lane in lanes { sum = (sum ^ round(0, lane)) &* primes.0 &+ primes.3 }
        }
        sum &+= UInt64(bytes.byteCount)
        return avalanche(tail(bytes, from: place, sum))
    }

    private static func tail(_ bytes: RawSpan, from start: Int, _ sum: UInt64) -> UInt64 {
        var place = start
        var sum = sum
        while place + 8 <= bytes.byteCount {
            sum = rotated(sum ^ round(0, word(bytes, place)), 27) &* primes.0 &+ primes.3
            place += 8
        }
        if place + 4 <= bytes.byteCount {
            sum = rotated(sum ^ word(bytes, place, length: 4) &* primes.0, 23) &* primes.1 &+ primes.2
            place += 4
        }
        while place < bytes.byteCount {
            sum = rotated(sum ^ word(bytes, place, length: 1) &* primes.4, 11) &* primes.0
            place += 1
        }
        return sum
    }

    private static func avalanche(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ value >> 33) &* primes.1
        value = (value ^ value >> 29) &* primes.2
        return value ^ value >> 32
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotated(lane &+ input &* primes.1, 31) &* primes.0
    }

    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }

    private static func word(_ bytes: RawSpan, _ place: Int, length: Int = 8) -> UInt64 {
        bytes.littleEndian(at: place, length: length) ?? 0
    }
}
