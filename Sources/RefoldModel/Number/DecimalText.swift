/// Where the parts of a written number lie in its text; nothing is copied.
package struct DecimalText {
    /// Which texts are numbers.
    package enum Grammar: Sendable {
        /// JSON's.
        case json
        /// What search engines coerce too: a plus, zeros in front, a point without digits on one side of it.
        case coerced
    }
    /// Whether a minus stands before it.
    package let isNegative: Bool
    /// The digits before the point.
    package let whole: Range<Int>
    /// The digits behind the point.
    package let fraction: Range<Int>
    /// The exponent, cut to ±2⁴⁰: no sane number comes near.
    package let power: Int
    /// Whether the text has neither point nor exponent.
    package let isWrittenAsInteger: Bool

    /// Reads a whole text; nil when it is no number.
    package init?(_ text: Span<UInt8>, as grammar: Grammar) {
        var at = 0
        guard let isNegative = DecimalText.sign(text, &at, allowsPlus: grammar == .coerced) else {
            return nil
        }
        let whole = DecimalText.digits(text, at)
        at = whole.upperBound
        var fraction = at..<at
        let hasPoint = at < text.count && text[at] == UInt8(ascii: ".")
        if hasPoint {
            fraction = DecimalText.digits(text, at + 1)
            at = fraction.upperBound
        }
        switch grammar {
        case .json:
            guard !whole.isEmpty, !hasPoint || !fraction.isEmpty,
                whole.count == 1 || text[whole.lowerBound] != UInt8(ascii: "0")
            else { return nil }
        case .coerced:
            guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        }
        let hasPower = at < text.count && text[at] | 0x20 == UInt8(ascii: "e")
        var power = 0
        if hasPower {
            at += 1
            guard let read = DecimalText.power(text, &at) else { return nil }
            power = read
        }
        guard at == text.count else { return nil }
        self.isNegative = isNegative
        self.whole = whole
        self.fraction = fraction
        self.power = power
        isWrittenAsInteger = !hasPoint && !hasPower
    }

    /// Whether a minus stands here; nil for a plus that may not.
    private static func sign(_ text: Span<UInt8>, _ at: inout Int, allowsPlus: Bool) -> Bool? {
        guard at < text.count else { return false }
        switch text[at] {
        case UInt8(ascii: "-"):
            at += 1
            return true
        case UInt8(ascii: "+"):
            at += 1
            return allowsPlus ? false : nil
        default: return false
        }
    }

    private static func digits(_ text: Span<UInt8>, _ start: Int) -> Range<Int> {
        var at = start
        while at < text.count, text[at] >= UInt8(ascii: "0"), text[at] <= UInt8(ascii: "9") { at += 1 }
        return start..<at
    }

    private static func power(_ text: Span<UInt8>, _ at: inout Int) -> Int? {
        guard let isNegative = sign(text, &at, allowsPlus: true) else { return nil }
        let range = digits(text, at)
        guard !range.isEmpty else { return nil }
        var value = 0
        for place in range { value = min(1 << 40, value * 10 + Int(text[place] - UInt8(ascii: "0"))) }
        at = range.upperBound
        return isNegative ? -value : value
    }
}
