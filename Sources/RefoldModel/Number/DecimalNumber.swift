/// A JSON number as exact decimal digits, of any length.
///
/// Numbers of events never pass through a double (FOLD R6): comparing, adding and recognising integers work on these.
package struct DecimalNumber: Sendable {
    /// Whether it is below zero.
    package private(set) var isNegative: Bool
    /// The digits 0–9 without leading and trailing zeros; none for zero.
    package private(set) var digits: [UInt8]
    /// The value is `0.digits` times ten to this power; 0 for zero.
    package private(set) var exponent: Int
    /// How many digits behind the point the text shows.
    package private(set) var fractionDigits: Int
    /// Whether the text has neither point nor exponent.
    package private(set) var isWrittenAsInteger: Bool

    /// Powers of ten beyond this are cut to it; no sane number comes near.
    private static let greatestPower = 1 << 40

    /// Reads the text of a JSON number; nil for any other text.
    package init?(_ text: ArraySlice<UInt8>) {
        var rest = text
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let whole = Self.takeDigits(from: &rest)
        guard let first = whole.first, first != UInt8(ascii: "0") || whole.count == 1 else { return nil }
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = Self.takeDigits(from: &rest)
            guard !fraction.isEmpty else { return nil }
        }
        var power = 0
        let hasPower = rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E")
        if hasPower {
            guard let read = Self.takePower(from: &rest) else { return nil }
            power = read
        }
        guard rest.isEmpty else { return nil }
        let written = (whole + fraction).map { $0 - UInt8(ascii: "0") }
        self.init(
            isNegative: isNegative,
            digits: written[...],
            exponent: whole.count + power,
            fractionDigits: max(0, fraction.count - power),
            isWrittenAsInteger: fraction.isEmpty && !hasPower
        )
    }

    /// Strips zeros at both ends; zero has no sign.
    private init(
        isNegative: Bool,
        digits: ArraySlice<UInt8>,
        exponent: Int,
        fractionDigits: Int,
        isWrittenAsInteger: Bool
    ) {
        let significant = digits.drop { $0 == 0 }
        let end = significant.lastIndex { $0 != 0 }
        self.digits = end.map { Array(significant[...$0]) } ?? []
        self.isNegative = isNegative && !self.digits.isEmpty
        self.exponent = self.digits.isEmpty ? 0 : exponent - (digits.count - significant.count)
        self.fractionDigits = fractionDigits
        self.isWrittenAsInteger = isWrittenAsInteger
    }

    private static func takeDigits(from rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        rest = rest[digits.endIndex...]
        return digits
    }

    private static func takePower(from rest: inout ArraySlice<UInt8>) -> Int? {
        rest.removeFirst()
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
        let digits = takeDigits(from: &rest)
        guard !digits.isEmpty else { return nil }
        var power = 0
        for digit in digits {
            power = min(greatestPower, power * 10 + Int(digit - UInt8(ascii: "0")))
        }
        return sign == UInt8(ascii: "-") ? -power : power
    }

    /// Whether there is nothing but zeros behind the point.
    package var isIntegral: Bool { digits.count <= exponent || digits.isEmpty }

    /// The value, when it is an integer within Int64.
    package var int64: Int64? {
        guard let magnitude else { return nil }
        return isNegative ? Int64(exactly: -Int128(magnitude)) : Int64(exactly: magnitude)
    }

    /// The value, when it is an integer within UInt64.
    package var uint64: UInt64? { isNegative ? nil : magnitude }

    private var magnitude: UInt64? {
        // 2⁶⁴ has 20 digits.
        guard isIntegral, exponent <= 20 else { return nil }
        var value: UInt64 = 0
        for place in 0..<exponent {
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
