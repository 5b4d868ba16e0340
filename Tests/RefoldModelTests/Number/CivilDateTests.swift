import RefoldModel
import Testing

@Suite struct CivilDateTests {
    @Test(arguments: [
        (0 as Int64, 1970 as Int64, 1 as Int64, 1 as Int64), (-1, 1969, 12, 31), (59, 1970, 3, 1),
        (11_016, 2000, 2, 29), (47_541, 2100, 3, 1), (-719_468, 0, 3, 1), (-719_528, 0, 1, 1),
        (-719_529, -1, 12, 31), (2_932_896, 9999, 12, 31),
    ])
    func `a day has one date, and the date one day`(
        days: Int64,
        year: Int64,
        month: Int64,
        day: Int64
    ) throws {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        #expect(date.daysSince1970 == days)
        #expect(CivilDate(daysSince1970: days) == date)
    }

    @Test func `days follow each other through eight hundred years on both sides of the year 0`() {
        var date = CivilDate(daysSince1970: -1_012_000)
        for days in Int64(-1_011_999)...(-427_000) {
            let next = CivilDate(daysSince1970: days)
            let isLastOfMonth = date.day == CivilDate.days(ofMonth: date.month, in: date.year)
            let expected =
                isLastOfMonth
                ? CivilDate(
                    year: date.month == 12 ? date.year + 1 : date.year,
                    month: date.month % 12 + 1,
                    day: 1
                )
                : CivilDate(year: date.year, month: date.month, day: date.day + 1)
            guard next == expected, next.daysSince1970 == days else {
                Issue.record("after \(date) comes \(next)")
                return
            }
            date = next
        }
        #expect(date.year > 700)
    }

    @Test(arguments: [
        (2023 as Int64, 2 as Int64, 29 as Int64), (1900, 2, 29), (2024, 4, 31), (2024, 13, 1), (2024, 0, 1),
        (2024, 1, 0), (10_000_000, 1, 1), (.max, 1, 1), (2024, .min, 1), (2024, 1, .max),
    ])
    func `a date that does not exist is none`(year: Int64, month: Int64, day: Int64) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }
}
