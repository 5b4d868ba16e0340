/// A Salesforce record id made from a prefix and a number.
///
/// Shape: 15 characters that tell case apart, then 3 that say which of them are capitals.
enum RecordID {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let checks = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)

    /// The 18-character id of the record with a number.
    static func text(prefix: String, number: Int) -> String {
        var tail: [UInt8] = []
        var rest = number
        for _ in 0..<6 {
            tail.append(digits[rest % digits.count])
            rest /= digits.count
        }
        let id = Array((prefix + "9E0000").utf8) + tail.reversed()
        return String(decoding: id + suffix(of: id), as: UTF8.self)
    }

    /// The three check characters of a 15-character id.
    static func suffix(of id: [UInt8]) -> [UInt8] {
        stride(from: 0, to: id.count, by: 5).map { start in
            var bits = 0
            for (place, character) in id[start..<min(start + 5, id.count)].enumerated() {
                let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character)
                if isCapital { bits |= 1 << place }
            }
            return checks[bits]
        }
    }
}
