import RefoldBytes
import RefoldModel

/// A date format of a mapping: which texts are instants, and which span of time each means.
///
/// Source: DOMAIN 4.1 and 4.6; the default is `strict_date_optional_time||epoch_millis`.
struct DateFormat: Sendable {
    /// One of several forms.
    enum Form: Sendable {
        /// `2026`, `2026-03`, `2026-03-01`, then perhaps `T02:15:00.123+01:00`, cut off after any part.
        case optionalTime(isStrict: Bool)
        /// Milliseconds since 1970.
        case epochMilliseconds
        /// Seconds since 1970.
        case epochSeconds
        /// Letters and literals.
        case pattern([DatePattern.Symbol])
    }
    let forms: [Form]
    /// The format as the definition writes it.
    let text: String

    /// The format of a field that names none.
    static let standard = DateFormat(
        forms: [.optionalTime(isStrict: true), .epochMilliseconds],
        text: "strict_date_optional_time||epoch_millis"
    )

    private init(forms: [Form], text: String) {
        self.forms = forms
        self.text = text
    }

    /// Reads names and patterns parted by `||`; nil when one of them is not known here.
    init?(_ text: String) {
        var forms: [Form] = []
        for part in text.split(separator: "||", omittingEmptySubsequences: false) {
            switch part {
            case "strict_date_optional_time", "strict_date_optional_time_nanos", "iso8601":
                forms.append(.optionalTime(isStrict: true))
            case "date_optional_time": forms.append(.optionalTime(isStrict: false))
            case "epoch_millis": forms.append(.epochMilliseconds)
            case "epoch_second": forms.append(.epochSeconds)
            default:
                let pattern = DateFormat.named[part] ?? String(part)
                guard let symbols = DatePattern.symbols(of: pattern) else { return nil }
                forms.append(.pattern(symbols))
            }
        }
        self.forms = forms
        self.text = text
    }

    private static let named: [Substring: String] = [
        "date": "yyyy-MM-dd", "strict_date": "yyyy-MM-dd", "strict_year_month_day": "yyyy-MM-dd",
        "date_time": "yyyy-MM-dd'T'HH:mm:ss.SX", "strict_date_time": "yyyy-MM-dd'T'HH:mm:ss.SX",
        "date_time_no_millis": "yyyy-MM-dd'T'HH:mm:ssX",
        "strict_date_time_no_millis": "yyyy-MM-dd'T'HH:mm:ssX",
        "date_hour_minute_second": "yyyy-MM-dd'T'HH:mm:ss",
        "strict_date_hour_minute_second": "yyyy-MM-dd'T'HH:mm:ss",
        "basic_date": "yyyyMMdd", "basic_date_time": "yyyyMMdd'T'HHmmss.SX",
        "basic_date_time_no_millis": "yyyyMMdd'T'HHmmssX",
        "year": "yyyy", "strict_year": "yyyy", "year_month": "yyyy-MM", "strict_year_month": "yyyy-MM",
    ]

    /// The first and the last millisecond that a text means.
    func interval(of text: ByteString) -> ClosedRange<Int64>? { interval(of: text.bytes.span) }

    /// The first and the last millisecond that a text means; nil: it is no date in this format.
    func interval(of text: Span<UInt8>) -> ClosedRange<Int64>? {
        for form in forms {
            switch form {
            case .optionalTime(let isStrict):
                if let interval = DateText.optionalTime(text, isStrict: isStrict) { return interval }
            case .epochMilliseconds:
                if let value = DateText.epoch(text) { return value...value }
            case .epochSeconds:
                guard let seconds = DateText.epoch(text) else { continue }
                let (value, overflowed) = seconds.multipliedReportingOverflow(by: 1000)
                if !overflowed { return value...value }
            case .pattern(let symbols):
                if let interval = DatePattern.interval(of: text, by: symbols) { return interval }
            }
        }
        return nil
    }
}

/// The parts of a date and time that a text names; later ones may be missing.
struct DateParts {
    /// A part's name.
    enum Name: Sendable {
        case year
        case month
        case day
        case hour
        case minute
        case second
    }
    var year: Int64?
    var month: Int64?
    var day: Int64?
    var hour: Int64?
    var minute: Int64?
    var second: Int64?
    var millisecond: Int64?
    var offsetMinutes: Int64 = 0

    mutating func set(_ name: Name, to value: Int64) {
        switch name {
        case .year: year = value
        case .month: month = value
        case .day: day = value
        case .hour: hour = value
        case .minute: minute = value
        case .second: second = value
        }
    }

    /// From the earliest to the latest millisecond; nil when there is no such date.
    var interval: ClosedRange<Int64>? {
        let year = year ?? 1970
        guard let first = instant(month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, millisecond ?? 0)
        else { return nil }
        let lastMonth = month ?? 12
        let lastDay = day ?? CivilDate.days(ofMonth: lastMonth, in: year)
        guard
            let last = instant(lastMonth, lastDay, hour ?? 23, minute ?? 59, second ?? 59, millisecond ?? 999)
        else { return nil }
        return first <= last ? first...last : nil
    }

    private func instant(
        _ month: Int64,
        _ day: Int64,
        _ hour: Int64,
        _ minute: Int64,
        _ second: Int64,
        _ millisecond: Int64
    ) -> Int64? {
        guard let date = CivilDate(year: year ?? 1970, month: month, day: day), hour <= 23, minute <= 59,
            second <= 59, (-18 * 60...18 * 60).contains(offsetMinutes)
        else { return nil }
        return ((date.daysSince1970 * 24 + hour) * 60 + minute - offsetMinutes) * 60_000 + second * 1000
            + millisecond
    }
}
