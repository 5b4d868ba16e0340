/// A day of the Gregorian calendar, which is reckoned back to before it was introduced.
///
/// Both directions count in eras of 400 years whose years begin in March, so that a leap day ends its year.
package struct CivilDate: Sendable, Hashable {
    /// The year; 0 is the one before 1.
    package let year: Int64
    /// 1–12.
    package let month: Int64
    /// 1–31.
    package let day: Int64

    private static let daysPerEra: Int64 = 146_097
    /// From the first of March of the year 0 to 1970.
    private static let daysBefore1970: Int64 = 719_468

    /// A date that exists, in the years ±9,999,999; else nil.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (-9_999_999...9_999_999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(ofMonth: month, in: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The date so many days after 1970-01-01, or before.
    package init(daysSince1970 days: Int64) {
        let shifted = days + Self.daysBefore1970
        let era = (shifted >= 0 ? shifted : shifted - (Self.daysPerEra - 1)) / Self.daysPerEra
        let dayOfEra = shifted - era * Self.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this one; below zero before it.
    package var daysSince1970: Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysPerEra + dayOfEra - Self.daysBefore1970
    }

    /// The number of days of a month, 1–12.
    package static func days(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
