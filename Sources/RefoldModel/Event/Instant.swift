internal import RefoldBytes

/// Instants as milliseconds since 1970, read from the forms that events carry (FOLD R9).
package enum Instant {
    /// Reads `YYYY-MM-DDTHH:MM[:SS[.f…]]`, then `Z`, `±HH:MM`, `±HHMM` or nothing (UTC).
    ///
    /// Digits past the third of a second are cut. Nil for any other form and for dates that do not exist.
    package static func milliseconds(iso text: some RandomAccessCollection<UInt8>) -> Int64? {
        var scanner = Scanner(rest: Array(text)[...])
        guard let year = scanner.digits(4), scanner.take("-"), let month = scanner.digits(2),
            scanner.take("-"),
            let day = scanner.digits(2), scanner.take("T"), let hour = scanner.digits(2), scanner.take(":"),
            let minute = scanner.digits(2)
        else { return nil }
        var second: Int64 = 0
        var millisecond: Int64 = 0
        if scanner.take(":") {
            guard let seconds = scanner.digits(2) else { return nil }
            second = seconds
            if scanner.take(".") {
                guard let fraction = scanner.fraction() else { return nil }
                millisecond = fraction
            }
        }
        guard let offset = scanner.offsetMinutes(), scanner.rest.isEmpty else { return nil }
        guard let date = CivilDate(year: year, month: month, day: day), hour <= 23, minute <= 59, second <= 59
        else { return nil }
        let minutes = (date.daysSince1970 * 24 + hour) * 60 + minute - offset
        return (minutes * 60 + second) * 1000 + millisecond
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: character) else { return false }
            rest.removeFirst()
            return true
        }

        mutating func digits(_ count: Int) -> Int64? {
            guard rest.count >= count else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(count) {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            rest = rest.dropFirst(count)
            return value
        }

        mutating func fraction() -> Int64? {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            var value: Int64 = 0
            for place in 0..<3 {
                let digit = place < digits.count ? digits[digits.startIndex + place] - UInt8(ascii: "0") : 0
                value = value * 10 + Int64(digit)
            }
            return value
        }

        mutating func offsetMinutes() -> Int64? {
            if rest.isEmpty || take("Z") { return 0 }
            let isNegative = take("-")
            guard isNegative || take("+"), let hours = digits(2) else { return nil }
            _ = take(":")
            guard let minutes = digits(2), hours <= 23, minutes <= 59 else { return nil }
            return (hours * 60 + minutes) * (isNegative ? -1 : 1)
        }
    }
}
