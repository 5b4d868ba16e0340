internal import RefoldBytes

/// What a plain scalar means: the core schema of YAML 1.2, and nothing of YAML 1.1.
///
/// `on`, `no`, `12:30`, `1_000`, `2024-01-01` are texts.
/// Source: YAML 1.2.2, section 10.3.2; MANIFESTS (booleans are `true` and `false` alone).
enum CoreScalar {
    /// What resolving found.
    enum Resolution: Equatable {
        /// A value.
        case value(JSONValue)
        /// A scalar that YAML reads differently than most people, or that JSON cannot say; the fix to print.
        case refused(fix: String)
    }

    /// Resolves a plain scalar; quoted and block scalars are texts and never come here.
    static func resolve(plain text: [UInt8]) -> Resolution {
        switch String(decoding: text, as: UTF8.self) {
        case "", "~", "null", "Null", "NULL": return .value(.null)
        case "true": return .value(.bool(true))
        case "false": return .value(.bool(false))
        // YAML 1.2 takes these three-way spellings, the interface only the small one; a silent text would mislead.
        case "True", "TRUE": return .refused(fix: "write true for the boolean, or quote it for the text")
        case "False", "FALSE": return .refused(fix: "write false for the boolean, or quote it for the text")
        default: break
        }
        return number(text) ?? .value(.string(ByteString(text)))
    }

    private static func number(_ text: [UInt8]) -> Resolution? {
        var rest = text[...]
        let isNegative = take(&rest, "-")
        let isSigned = isNegative || take(&rest, "+")
        if special(rest) { return .refused(fix: "JSON has no such number; quote it for the text") }
        if !isSigned, let radix = prefixed(rest) { return radix }
        let whole = digits(&rest)
        var fraction: ArraySlice<UInt8> = []
        let hasPoint = take(&rest, ".")
        if hasPoint { fraction = digits(&rest) }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent: [UInt8] = []
        if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            exponent.append(mark)
            rest.removeFirst()
            if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
                exponent.append(sign)
                rest.removeFirst()
            }
            let power = digits(&rest)
            guard !power.isEmpty else { return nil }
            exponent += power
        }
        guard rest.isEmpty else { return nil }
        // Kept as written where that is JSON; the forms that JSON lacks (+1, 007, .5, 1.) get their JSON spelling.
        var json: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        let significant = whole.drop { $0 == UInt8(ascii: "0") }
        json += significant.isEmpty ? [UInt8(ascii: "0")] : Array(significant)
        if hasPoint {
            json += [UInt8(ascii: ".")] + (fraction.isEmpty ? [UInt8(ascii: "0")] : Array(fraction))
        }
        return .value(.number(ByteString(json + exponent)))
    }

    /// `0o17` and `0xFF`, as far as 64 bits hold them.
    private static func prefixed(_ text: ArraySlice<UInt8>) -> Resolution? {
        let string = String(decoding: text, as: UTF8.self)
        let radix = string.hasPrefix("0x") ? 16 : string.hasPrefix("0o") ? 8 : 0
        guard radix > 0, !string.dropFirst(2).isEmpty, string.dropFirst(2).allSatisfy(\.isHexDigit) else {
            return nil
        }
        guard radix == 16 || string.dropFirst(2).allSatisfy({ ("0"..."7").contains($0) }) else { return nil }
        guard let value = UInt64(string.dropFirst(2), radix: radix) else {
            return .refused(fix: "write the number in decimal, or quote it for the text")
        }
        return .value(.integer(value))
    }

    private static func special(_ text: ArraySlice<UInt8>) -> Bool {
        [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(decoding: text, as: UTF8.self))
    }

    private static func take(_ text: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard text.first == UInt8(ascii: character) else { return false }
        text.removeFirst()
        return true
    }

    private static func digits(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        text = text.dropFirst(digits.count)
        return digits
    }
}
