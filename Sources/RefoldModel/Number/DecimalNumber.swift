/// A JSON number as exact decimal digits, of any length.
///
/// Numbers of events never pass through a double (FOLD R6): comparing, adding and recognising integers work on these.
package struct DecimalNumber: Sendable {
    /// Whether it is below zero.
    package let isNegative: Bool
    /// The digits 0–9 without leading and trailing zeros; none for zero.
    package let digits: [UInt8]
    /// The value is `0.digits` times ten to this power; 0 for zero.
    package let exponent: Int
    /// How many digits behind the point the text shows.
    package let fractionDigits: Int
    /// Whether the text has neither point nor exponent.
    package let isWrittenAsInteger: Bool

    /// Reads the text of a JSON number; nil for any other text.
    package init?(_ text: ArraySlice<UInt8>) {
        self.init(text.span, as: .json)
    }

    /// Reads a number written by a grammar; nil for any other text.
    package init?(_ text: Span<UInt8>, as grammar: DecimalText.Grammar) {
        guard let parts = DecimalText(text, as: grammar) else { return nil }
        var digits: [UInt8] = []
        digits.reserveCapacity(parts.whole.count + parts.fraction.count)
        var leadingZeros = 0
        for range in [parts.whole, parts.fraction] {
            for place in range {
                let digit = text[place] - UInt8(ascii: "0")
                if digit == 0, digits.isEmpty { leadingZeros += 1 } else { digits.append(digit) }
            }
        }
        while digits.last == 0 { digits.removeLast() }
        self.digits = digits
        // Zero has neither sign nor power.
        isNegative = parts.isNegative && !digits.isEmpty
        exponent = digits.isEmpty ? 0 : parts.whole.count + parts.power - leadingZeros
        fractionDigits = max(0, parts.fraction.count - parts.power)
        isWrittenAsInteger = parts.isWrittenAsInteger
    }

    /// Whether there is nothing but zeros behind the point.
    package var isIntegral: Bool { digits.count <= exponent || digits.isEmpty }

    /// The value, when it is an integer within Int64.
    package var int64: Int64? { isIntegral ? truncatedInt64 : nil }

    /// The value, when it is an integer within UInt64.
    package var uint64: UInt64? { isIntegral ? truncatedUInt64 : nil }

    /// What stands before the point, when it is within Int64.
    package var truncatedInt64: Int64? {
        guard let magnitude else { return nil }
        return isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }

    /// What stands before the point, when it is within UInt64; -0.5 is 0.
    package var truncatedUInt64: UInt64? { isNegative && magnitude != 0 ? nil : magnitude }

    /// What stands before the point, without the sign.
    private var magnitude: UInt64? {
        // 2⁶⁴ has 20 digits.
        guard exponent <= 20 else { return nil }
        var value: UInt64 = 0
        for place in 0..<max(0, exponent) {
            let digit = place < digits.count ? UInt64(digits[place]) : 0
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = product.addingReportingOverflow(digit)
            guard !overflows, !carries else { return nil }
            value = sum
        }
        return value
    }
}

extension DecimalNumber: Comparable {
    /// Equal values, however they are written: `1`, `1.0` and `10e-1`.
    package static func == (left: DecimalNumber, right: DecimalNumber) -> Bool {
        left.isNegative == right.isNegative && left.exponent == right.exponent && left.digits == right.digits
    }

    /// Order of the values, exact.
    package static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.hasLesserMagnitude(than: left) : left.hasLesserMagnitude(than: right)
    }

    private func hasLesserMagnitude(than other: DecimalNumber) -> Bool {
        guard !digits.isEmpty, !other.digits.isEmpty else { return digits.isEmpty && !other.digits.isEmpty }
        if exponent != other.exponent { return exponent < other.exponent }
        return digits.lexicographicallyPrecedes(other.digits)
    }
}
