import RefoldBytes
import RefoldModel
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2020-12-15T23:09:18.000Z", "2020-12-15T23:09:18.000Z"),
        ("2019-09-25T10:32:28Z", "2019-09-25T10:32:28.000Z"),
        ("2024-05-01T10:00:00.123+0000", "2024-05-01T10:00:00.123Z"),
        ("2024-05-01T00:30:00+02:00", "2024-04-30T22:30:00.000Z"),
        ("2024-05-01T23:30:00-05:00", "2024-05-02T04:30:00.000Z"),
        ("2024-05-01T10:00", "2024-05-01T10:00:00.000Z"),
        ("2024-05-01T10:00:00.987654321Z", "2024-05-01T10:00:00.987Z"),
        ("2026-04-30", "2026-04-30T00:00:00.000Z"),
        ("2024-02-29", "2024-02-29T00:00:00.000Z"),
        ("0000-01-01", "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("1719876940000", "2024-07-01T23:35:40.000Z"),
        ("0", "1970-01-01T00:00:00.000Z"),
        ("-1", "1969-12-31T23:59:59.999Z"),
    ])
    func `a text reads as one instant`(_ text: String, _ written: String) {
        #expect(Timestamp(.text(text))?.iso8601.string == written)
        #expect(Timestamp(.text(text))?.day.string == String(written.prefix(10)))
    }

    @Test(arguments: [
        "", "2024", "yesterday", "2024-05", "2024-13-01", "2023-02-29", "1900-02-29", "2024-05-01 10:00:00Z",
        "2024-05-01T24:00:00Z", "2024-05-01T10:60Z", "2024-05-01T10:00:60Z", "2024-05-01T10Z",
        "2024-05-01T10:00:00.Z",
        "2024-05-01T10:00:00+2", "2024-05-01t10:00:00Z", "24-05-01", "2024-5-1", "10000-01-01", "1.5",
        "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "99999999999999999999",
    ])
    func `another text is no time`(_ text: String) {
        #expect(Timestamp(.text(text)) == nil)
    }

    @Test(arguments: [
        ("1588204800000", "2020-04-30T00:00:00.000Z"), ("1588204800000.0", "2020-04-30T00:00:00.000Z"),
        ("-62167219200000", "0000-01-01T00:00:00.000Z"), ("253402300799999", "9999-12-31T23:59:59.999Z"),
    ])
    func `a number is epoch milliseconds`(_ text: String, _ written: String) {
        #expect(Timestamp(.number(ByteString(text)))?.iso8601.string == written)
    }

    @Test(arguments: ["1.5", "253402300800000", "-62167219200001", "1e99"])
    func `a number with a fraction or beyond the calendar is no time`(_ text: String) {
        #expect(Timestamp(.number(ByteString(text))) == nil)
    }

    @Test func `every day of ten thousand years comes back from its text`() throws {
        let perDay: Int64 = 86_400_000
        for day in stride(from: Int64(-719_528), through: 2_932_896, by: 97) {
            let timestamp = try #require(Timestamp(milliseconds: day * perDay + perDay - 1))
            let back = Timestamp(text: timestamp.iso8601.bytes[...])
            #expect(back == timestamp)
        }
    }
}
