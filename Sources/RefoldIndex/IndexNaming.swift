/// The name of an index: `clients-v3-20261123t021500z-9f3c`, alias, version, time, and what tells two of one second.
public struct IndexNaming: Sendable, Hashable {
    /// The alias that the index is made for.
    public var alias: String
    /// The read model's version.
    public var version: Int
    /// When the run began, UTC: `20261123t021500z`.
    public var time: String
    /// Four characters of the run.
    public var suffix: String

    /// All parts; the suffix is what `salt` hashes to, the same for the same salt.
    ///
    /// `startedAt` is ISO 8601 in UTC, as in ``IndexMark/startedAt``.
    public init(alias: String, version: Int, startedAt: String, salt: String) {
        self.alias = alias
        self.version = version
        time = IndexNaming.compact(startedAt)
        suffix = IndexNaming.suffix(of: salt)
    }

    /// Reads a name that was made here; nil for any other.
    public init?(parsing name: String) {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4 else { return nil }
        let (suffix, time, version) = (parts[parts.count - 1], parts[parts.count - 2], parts[parts.count - 3])
        guard suffix.utf8.count == 4, suffix.utf8.allSatisfy(IndexNaming.isHexadecimal),
            time.utf8.count == 16, time.utf8.elementsEqual(time.utf8.lazy.map(IndexNaming.timeCharacter)),
            version.first == "v", let number = Int(version.dropFirst()), number >= 0, version == "v\(number)"
        else { return nil }
        alias = parts.dropLast(3).joined(separator: "-")
        self.version = number
        self.time = String(time)
        self.suffix = String(suffix)
        guard !alias.isEmpty else { return nil }
    }

    /// The name.
    public var name: String { "\(alias)-v\(version)-\(time)-\(suffix)" }

    /// Why a text cannot name an index or an alias; nil: it can.
    ///
    /// Source: DOMAIN 4.5. Search engines take capitals in an alias's name, refold does not: the index's name begins
    /// with it.
    public static func fault(of name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name == "." || name == ".." { return "it is '.' or '..'" }
        if name.utf8.count > 255 { return "it is longer than 255 bytes" }
        if let first = name.first, "_-+".contains(first) { return "it begins with '\(first)'" }
        for scalar in name.unicodeScalars {
            if "\\/*?\"<>| ,#:".unicodeScalars.contains(scalar) { return "it contains '\(scalar)'" }
            if scalar.value < 0x20 || scalar.value == 0x7f { return "it contains a control character" }
        }
        if name != name.lowercased() { return "it is not in lower case" }
        return nil
    }

    private static func compact(_ startedAt: String) -> String {
        let kept = startedAt.utf8.prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "Z") }
        let compact = kept.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }
        return String(decoding: compact, as: UTF8.self).lowercased() + "z"
    }

    /// FNV-1a: all it has to do is to differ for two runs of one second.
    private static func suffix(of salt: String) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in salt.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let digits = String((hash ^ hash >> 16) & 0xffff, radix: 16)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }

    /// The byte itself when it may stand in a compact time, else 0.
    private static func timeCharacter(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "t"), UInt8(ascii: "z"): byte
        default: 0
        }
    }
}
