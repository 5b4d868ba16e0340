/// Milliseconds since 1970 as the text that marks and people read; always UTC, Gregorian.
enum UTCTime {
    /// `2026-11-23T02:15:00.000Z`.
    static func iso(_ milliseconds: Int64) -> String {
        let parts = Parts(milliseconds)
        return "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2))T"
            + "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
            + ".\(padded(parts.millisecond, 3))Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }

    private struct Parts {
        var year: Int64
        var month: Int64
        var day: Int64
        var hour: Int64
        var minute: Int64
        var second: Int64
        var millisecond: Int64

        /// Years 1970 to 9999; what lies outside is moved to the nearest end.
        init(_ given: Int64) {
            let milliseconds = min(max(given, 0), 253_402_300_799_999)
            let seconds = milliseconds / 1000
            millisecond = milliseconds % 1000
            second = seconds % 60
            minute = seconds / 60 % 60
            hour = seconds / 3600 % 24
            // Days from 0000-03-01, so that the leap day ends a year: eras of 400 years repeat.
            let days = seconds / 86_400 + 719_468
            let dayOfEra = days % 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shifted = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * shifted + 2) / 5 + 1
            month = shifted < 10 ? shifted + 3 : shifted - 9
            year = days / 146_097 * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        }
    }
}
