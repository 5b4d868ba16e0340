/// A decimal number as text, cut to an integer the way the engines cut it, without going through a double.
struct DecimalNumber {
    /// Whether a minus stands before it.
    let isNegative: Bool
    /// The digits before the point; nil: more than 64 bits hold.
    let magnitude: UInt64?
    /// Whether anything but zeros stands behind the point.
    let hasFraction: Bool

    /// Reads `[+-] digits [. digits] [e [+-] digits]`, with a digit before or behind the point.
    init?(_ text: Span<UInt8>) {
        var at = 0
        var minus = false
        if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
            minus = text[at] == UInt8(ascii: "-")
            at += 1
        }
        let whole = DecimalNumber.digits(text, at)
        at = whole.upperBound
        var fraction = at..<at
        if at < text.count, text[at] == UInt8(ascii: ".") {
            fraction = DecimalNumber.digits(text, at + 1)
            at = fraction.upperBound
        }
        guard !whole.isEmpty || !fraction.isEmpty, let exponent = DecimalNumber.exponent(text, &at),
            at == text.count
        else { return nil }
        isNegative = minus
        (magnitude, hasFraction) = DecimalNumber.cut(text, whole, fraction, exponent: exponent)
    }

    /// The number as a signed integer; nil: out of range.
    var signed: Int64? {
        guard let magnitude else { return nil }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// The number as an unsigned integer; nil: out of range.
    var unsigned: UInt64? { isNegative && magnitude != 0 ? nil : magnitude }

    private static func digits(_ text: Span<UInt8>, _ start: Int) -> Range<Int> {
        var at = start
        while at < text.count, text[at] >= UInt8(ascii: "0"), text[at] <= UInt8(ascii: "9") { at += 1 }
        return start..<at
    }

    /// The exponent, no further from 0 than matters; 0 when there is none.
    private static func exponent(_ text: Span<UInt8>, _ at: inout Int) -> Int? {
        guard at < text.count, text[at] | 0x20 == UInt8(ascii: "e") else { return 0 }
        at += 1
        var minus = false
        if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
            minus = text[at] == UInt8(ascii: "-")
            at += 1
        }
        let range = digits(text, at)
        guard !range.isEmpty else { return nil }
        var value = 0
        for place in range { value = min(value * 10 + Int(text[place] - UInt8(ascii: "0")), 100_000_000) }
        at = range.upperBound
        return minus ? -value : value
    }

    private static func cut(
        _ text: Span<UInt8>,
        _ whole: Range<Int>,
        _ fraction: Range<Int>,
        exponent: Int
    ) -> (UInt64?, Bool) {
        var magnitude: UInt64? = 0
        var hasFraction = false
        let point = whole.count + exponent
        for index in 0..<whole.count + fraction.count {
            let place =
                index < whole.count ? whole.lowerBound + index : fraction.lowerBound + index - whole.count
            let digit = UInt64(text[place] - UInt8(ascii: "0"))
            if index < point {
                magnitude = magnitude.flatMap { appending(digit, to: $0) }
            } else if digit != 0 {
                hasFraction = true
            }
        }
        var missing = point - whole.count - fraction.count
        while missing > 0, let value = magnitude, value != 0 {
            magnitude = appending(0, to: value)
            missing -= 1
        }
        return (magnitude, hasFraction)
    }

    private static func appending(_ digit: UInt64, to value: UInt64) -> UInt64? {
        let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowedAgain) = tens.addingReportingOverflow(digit)
        return overflowed || overflowedAgain ? nil : sum
    }
}
