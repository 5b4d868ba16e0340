package import RefoldBytes

/// A time as events and documents carry it: milliseconds since 1970 UTC, in the years 0000–9999.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Milliseconds since 1970.
    package let milliseconds: Int64

    private static let millisecondsPerDay: Int64 = 86_400_000
    private static let allowed: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Milliseconds since 1970; nil outside the years 0000–9999.
    package init?(milliseconds: Int64) {
        guard Self.allowed.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// Milliseconds since 1970; what lies outside the years 0000–9999 is moved to the nearest end.
    package init(clamping milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.allowed.lowerBound), Self.allowed.upperBound)
    }

    /// Reads what ``init(text:)`` or ``init(number:)`` reads; nil for a value of another kind.
    package init?(_ value: JSONValue) {
        switch value {
        case .number(let text): self.init(number: text.bytes[...])
        case .string(let text): self.init(text: text.bytes[...])
        case .null, .bool, .array, .object: return nil
        }
    }

    /// Reads epoch milliseconds: an integer, with a zero fraction or without.
    package init?(number text: ArraySlice<UInt8>) {
        guard let milliseconds = DecimalNumber(text)?.int64 else { return nil }
        self.init(milliseconds: milliseconds)
    }

    /// Reads ISO 8601 as ``Instant`` does, a date alone as its midnight, or epoch milliseconds.
    ///
    /// A text of four digits is refused, for it could be a year.
    package init?(text: ArraySlice<UInt8>) {
        let dated = text.count == 10 ? text + "T00:00".utf8 : text
        if let milliseconds = Instant.milliseconds(iso: dated) {
            self.init(milliseconds: milliseconds)
        } else if text.count != 4 {
            self.init(number: text)
        } else {
            return nil
        }
    }

    /// Earlier before later.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

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

    /// Milliseconds since 1970 as `YYYY-MM-DDTHH:MM:SS.sssZ`, clamped to the years that it can write.
    package static func iso8601(_ milliseconds: Int64) -> String {
        Timestamp(clamping: milliseconds).iso8601.string
    }

    /// Days since 1970, rounded down.
    private var dayNumber: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: Self.millisecondsPerDay)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private var dayBytes: [UInt8] {
        let date = CivilDate(daysSince1970: dayNumber)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        Self.append(date.year, digits: 4, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(date.month, digits: 2, to: &text)
        text.append(UInt8(ascii: "-"))
        Self.append(date.day, digits: 2, to: &text)
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
