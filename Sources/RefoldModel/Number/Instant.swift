package import RefoldBytes

/// A time in milliseconds since 1970 UTC, in the years 0000–9999 of the Gregorian calendar.
package struct Instant: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970.
    package let milliseconds: Int64

    private static let millisecondsPerDay: Int64 = 86_400_000
    private static let allowed: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Milliseconds since 1970; nil outside the years 0000–9999.
    package init?(milliseconds: Int64) {
        guard Self.allowed.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// Reads ISO 8601: `YYYY-MM-DD`, or that with `THH:MM[:SS[.f…]]` and `Z`, `±HH:MM`, `±HHMM` or nothing (UTC).
    ///
    /// Digits past the third behind the point are cut. Another form, or a day that the calendar lacks, gives nil.
    package init?(iso8601 text: ArraySlice<UInt8>) {
        var rest = TimeText(text)
        guard let year = rest.number(4), rest.take("-"), let month = rest.number(2), rest.take("-"),
            let day = rest.number(2), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year)
        else { return nil }
        var milliseconds = Self.days(toYear: year, month: month, day: day) * Self.millisecondsPerDay
        if !rest.isEmpty {
            guard rest.take("T"), let time = rest.timeOfDay(), let offset = rest.offset(), rest.isEmpty else {
                return nil
            }
            milliseconds += time - offset
        }
        self.init(milliseconds: milliseconds)
    }

    /// Reads a time as events carry it; nil for any other value.
    ///
    /// Epoch milliseconds as an integer, with a zero fraction or not, as a number or its text; or ISO 8601. A text of four
    /// digits is refused, for it could be a year.
    package init?(_ value: JSONValue) {
        switch value {
        case .number(let text): self.init(number: text.bytes[...])
        case .string(let text): self.init(text: text.bytes[...])
        case .null, .bool, .array, .object: return nil
        }
    }

    /// Reads epoch milliseconds written as a number.
    package init?(number text: ArraySlice<UInt8>) {
        guard let milliseconds = DecimalNumber(text)?.int64 else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// Reads a text: ISO 8601, or epoch milliseconds of other than four digits.
    package init?(text: ArraySlice<UInt8>) {
        if let instant = Instant(iso8601: text) {
            self = instant
        } else if text.count != 4 {
            self.init(number: text)
        } else {
            return nil
        }
    }

    /// Earlier before later.
    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// `YYYY-MM-DD` in UTC.
    package var day: ByteString { ByteString(dayBytes) }

    /// `YYYY-MM-DDTHH:MM:SS.sssZ`.
    package var iso8601: ByteString {
        let inDay = milliseconds - dayNumber * Self.millisecondsPerDay
        var text = dayBytes
        text.append(UInt8(ascii: "T"))
        Self.append(inDay / 3_600_000, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(inDay / 60_000 % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: ":"))
        Self.append(inDay / 1000 % 60, digits: 2, to: &text)
        text.append(UInt8(ascii: "."))
        Self.append(inDay % 1000, digits: 3, to: &text)
        text.append(UInt8(ascii: "Z"))
        return ByteString(text)
    }

    /// Days since 1970, rounded down.
    private var dayNumber: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: Self.millisecondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private var dayBytes: [UInt8] {
        let (year, month, day) = Self.date(ofDay: dayNumber)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        Self.append(year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(month, digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(day, digits: 2, to: &text)
        return text
    }

    private static func append(_ value: Int64, digits: Int, to text: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<digits { power *= 10 }
        while power > 0 {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / power % 10))
            power /= 10
        }
    }
}

/// Civil dates from day numbers and back, with years that begin in March so that the leap day comes last.
extension Instant {
    private static let daysPerEra: Int64 = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let epoch: Int64 = 719_468

    fileprivate static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    fileprivate static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
        // 400 years more keep January of the year 0 above zero.
        let marchYear = year + 400 - (month <= 2 ? 1 : 0)
        let marchMonth = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (153 * marchMonth + 2) / 5 + day - 1 - daysPerEra - epoch
    }

    fileprivate static func date(ofDay number: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = number + epoch + daysPerEra
        let era = shifted / daysPerEra
        let inEra = shifted % daysPerEra
        let yearOfEra = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * inYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 - 400 + (month <= 2 ? 1 : 0)
        return (year, month, inYear - (153 * marchMonth + 2) / 5 + 1)
    }
}

/// What is left of a text while a time is read from it.
private struct TimeText {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isEmpty: Bool { rest.isEmpty }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int64? {
        guard rest.count >= digits else { return nil }
        var value: Int64 = 0
        for byte in rest.prefix(digits) {
            guard let digit = Self.digit(byte) else { return nil }
            value = value * 10 + digit
        }
        rest.removeFirst(digits)
        return value
    }

    /// `HH:MM[:SS[.f…]]` in milliseconds.
    mutating func timeOfDay() -> Int64? {
        guard let hour = number(2), take(":"), let minute = number(2), hour < 24, minute < 60 else {
            return nil
        }
        var milliseconds = (hour * 60 + minute) * 60_000
        guard take(":") else { return milliseconds }
        guard let second = number(2), second < 60 else { return nil }
        milliseconds += second * 1000
        guard take(".") else { return milliseconds }
        var weight: Int64 = 100
        guard rest.first.flatMap(Self.digit) != nil else { return nil }
        while let digit = rest.first.flatMap(Self.digit) {
            milliseconds += digit * weight
            weight /= 10
            rest.removeFirst()
        }
        return milliseconds
    }

    /// `Z`, `±HH:MM`, `±HHMM` or nothing, in milliseconds.
    mutating func offset() -> Int64? {
        if isEmpty || take("Z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard take("+") || take("-"), let hours = number(2) else { return nil }
        _ = take(":")
        guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (isWest ? -60_000 : 60_000)
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}
