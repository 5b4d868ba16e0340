/// The name of a run: 26 characters of Crockford's base 32, in order of time.
///
/// Shape: 48 bits of milliseconds since 1970, 80 random bits, as the ULID specification says.
public struct RunID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The characters.
    public let text: String

    /// A new name; clock and randomness are the caller's.
    public init(milliseconds: Int64, using random: inout some RandomNumberGenerator) {
        var digits: [UInt8] = []
        let time = UInt64(clamping: milliseconds) & 0xffff_ffff_ffff
        for shift in stride(from: 45, through: 0, by: -5) {
            digits.append(RunID.digit(time >> UInt64(shift)))
        }
        for _ in 0..<2 {
            let bits = random.next() as UInt64
            for shift in stride(from: 35, through: 0, by: -5) {
                digits.append(RunID.digit(bits >> UInt64(shift)))
            }
        }
        text = String(decoding: digits, as: UTF8.self)
    }

    /// The name as written; nil when it is none.
    public init?(_ text: String) {
        guard text.utf8.count == 26, text.utf8.allSatisfy(RunID.alphabet.contains) else { return nil }
        self.text = text
    }

    /// The characters.
    public var description: String { text }

    /// Order of time.
    public static func < (left: RunID, right: RunID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static func digit(_ bits: UInt64) -> UInt8 { alphabet[Int(bits & 31)] }
}
