package import RefoldBytes

extension DecimalNumber {
    /// Digits that a sum may span; a longer one is `fold_overflow`.
    package static let greatestSpan = 1000

    /// The exact sum of two JSON numbers as text; nil when it overflows.
    ///
    /// Two integers give an integer within Int64. Otherwise the sum is exact and shows as many digits behind the point
    /// as the part that shows most, at least one: `0.10 + 0.2` is `0.30`, and what once had a fraction keeps showing it.
    package static func sum(_ left: DecimalNumber, _ right: DecimalNumber) -> ByteString? {
        if left.isWrittenAsInteger, right.isWrittenAsInteger {
            guard let a = left.int64, let b = right.int64 else { return nil }
            let (sum, overflows) = a.addingReportingOverflow(b)
            return overflows ? nil : ByteString(String(sum))
        }
        let fraction = max(left.fractionDigits, right.fractionDigits, 1)
        // One place more on the left takes the carry.
        let whole = max(left.exponent, right.exponent, 0) + 1
        guard fraction <= greatestSpan, whole <= greatestSpan else { return nil }
        var a = left.aligned(whole: whole, fraction: fraction)
        var b = right.aligned(whole: whole, fraction: fraction)
        if left.isNegative == right.isNegative {
            add(b, to: &a)
            return text(a, isNegative: left.isNegative, whole: whole)
        }
        let isLeftGreater = !a.lexicographicallyPrecedes(b)
        if !isLeftGreater { swap(&a, &b) }
        subtract(b, from: &a)
        return text(a, isNegative: isLeftGreater ? left.isNegative : right.isNegative, whole: whole)
    }

    /// The digits with leading and trailing zeros around a fixed point.
    private func aligned(whole: Int, fraction: Int) -> [UInt8] {
        var places = [UInt8](repeating: 0, count: whole + fraction)
        let first = whole - exponent
        for (offset, digit) in digits.enumerated() where places.indices.contains(first + offset) {
            places[first + offset] = digit
        }
        return places
    }

    private static func add(_ other: [UInt8], to places: inout [UInt8]) {
        var carry: UInt8 = 0
        for place in places.indices.reversed() {
            let sum = places[place] + other[place] + carry
            places[place] = sum % 10
            carry = sum / 10
        }
    }

    private static func subtract(_ other: [UInt8], from places: inout [UInt8]) {
        var borrow: UInt8 = 0
        for place in places.indices.reversed() {
            let lower = other[place] + borrow
            borrow = places[place] < lower ? 1 : 0
            places[place] = places[place] + borrow * 10 - lower
        }
    }

    private static func text(_ places: [UInt8], isNegative: Bool, whole: Int) -> ByteString {
        var text: [UInt8] = isNegative && places.contains { $0 != 0 } ? [UInt8(ascii: "-")] : []
        let integer = places[..<whole].drop { $0 == 0 }
        if integer.isEmpty { text.append(UInt8(ascii: "0")) }
        text.append(contentsOf: integer.map { $0 + UInt8(ascii: "0") })
        text.append(UInt8(ascii: "."))
        text.append(contentsOf: places[whole...].map { $0 + UInt8(ascii: "0") })
        return ByteString(text)
    }
}
