import RefoldModel
import Testing

@Suite struct ValueConversionTests {
    @Test(arguments: [
        (ValueType.string, #""a\"ü""#, #""a\"ü""#), (.string, "1.50", #""1.50""#), (.string, "true", #""true""#),
        (.string, "123456789012345678901234567890", #""123456789012345678901234567890""#), (.string, #""""#, #""""#),
        (.string, "{}", nil), (.string, #"{"a":1}"#, nil),
        (.boolean, "true", "true"), (.boolean, #""false""#, "false"), (.boolean, "1", nil), (.boolean, #""TRUE""#, nil),
        (.boolean, #""""#, nil),
        (.long, "5", "5"), (.long, "-5", "-5"), (.long, "0", "0"), (.long, #""5""#, "5"), (.long, "3.0", "3"),
        (.long, "3e2", "300"), (.long, "3.7", nil), (.long, #""3.7""#, nil), (.long, "true", nil), (.long, #""""#, nil),
        (.long, #"" 5""#, nil), (.long, #""05""#, nil), (.long, #""+5""#, nil), (.long, #""1,000""#, nil),
        (.long, "9223372036854775807", "9223372036854775807"), (.long, "9223372036854775808", nil),
        (.long, "-9223372036854775808", "-9223372036854775808"), (.long, "9007199254740993", "9007199254740993"),
        (.unsignedLong, "18446744073709551615", "18446744073709551615"), (.unsignedLong, "18446744073709551616", nil),
        (.unsignedLong, "-1", nil), (.unsignedLong, #""7""#, "7"), (.unsignedLong, "-0", "0"),
        (.double, "1.50", "1.50"), (.double, #""1.50""#, "1.50"), (.double, "1e308", "1e308"), (.double, "1e309", nil),
        (.double, "1.7976931348623157e308", "1.7976931348623157e308"), (.double, "1.8e308", nil),
        (.double, "123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
        (.double, #""NaN""#, nil), (.double, #""Infinity""#, nil), (.double, "true", nil), (.double, #""0x10""#, nil),
        (.date, "1588204800000", #""2020-04-30T00:00:00.000Z""#), (.date, #""1588204800000""#, #""2020-04-30T00:00:00.000Z""#),
        (.date, #""2020-12-15T23:09:18.000Z""#, #""2020-12-15T23:09:18.000Z""#),
        (.date, #""2019-09-25T10:32:28Z""#, #""2019-09-25T10:32:28.000Z""#),
        (.date, #""2024-05-01T10:00:00.000+0000""#, #""2024-05-01T10:00:00.000Z""#),
        (.date, #""2026-04-30""#, #""2026-04-30T00:00:00.000Z""#), (.date, #""2026""#, nil), (.date, "2026", #""1970-01-01T00:00:02.026Z""#),
        (.date, #""2026-04-30 10:00:00""#, nil), (.date, "1.5", nil), (.date, "true", nil), (.date, #""""#, nil),
        (.day, "1588204800000", #""2020-04-30""#), (.day, #""2026-04-30""#, #""2026-04-30""#),
        (.day, #""2024-05-01T23:30:00-05:00""#, #""2024-05-02""#), (.day, #""soon""#, nil), (.day, "-1", #""1969-12-31""#),
        (.long, #"["1",2,[3.0],null]"#, "[1,2,[3],null]"), (.date, "[]", "[]"), (.long, #"["x"]"#, nil),
    ])
    func `each type takes what its table says`(_ type: ValueType, _ value: String, _ result: String?) throws {
        let made = try document(of: #"{"V":\#(value)}"#, field("c", .path("V"), type: type))
        #expect(made == result.map { #"{"c":\#($0)}"# } ?? "field_conversion")
    }
}
