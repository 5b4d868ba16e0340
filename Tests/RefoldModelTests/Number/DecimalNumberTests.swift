import RefoldBytes
import RefoldModel
import Testing

@Suite struct DecimalNumberTests {
    private func number(_ text: String) throws -> DecimalNumber {
        try #require(DecimalNumber(Array(text.utf8)[...]))
    }

    @Test(arguments: [
        "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", " 1", "1 ", "1,5", "--1",
        "1.2.3",
    ])
    func `a text that is no JSON number is none here`(_ text: String) {
        #expect(DecimalNumber(Array(text.utf8)[...]) == nil)
    }

    @Test(arguments: [
        ("0", 0 as Int64?, false), ("-0", 0, false), ("12", 12, false), ("+12", 12, false), ("1.5", 1, true),
        ("-1.5", -1, true), ("1.0", 1, false), ("1e2", 100, false), ("1.25e1", 12, true),
        ("125e-1", 12, true),
        ("125e-3", 0, true), ("100e-2", 1, false), (".5", 0, true), ("5.", 5, false),
        ("0.0e999999999", 0, false),
        ("9223372036854775807", .max, false), ("9223372036854775808", nil, false),
        ("-9223372036854775808", .min, false), ("-9223372036854775809", nil, false),
        ("99999999999999999999999", nil, false), ("1e19", nil, false), ("1e-99999999999999999999", 0, true),
    ])
    func `a decimal is cut, not rounded`(text: String, value: Int64?, hasFraction: Bool) throws {
        let bytes = Array(text.utf8)
        let read = DecimalNumber(bytes.span, as: .coerced)
        let number = try #require(read)
        #expect(number.truncatedInt64 == value)
        #expect(number.isIntegral == !hasFraction)
    }

    @Test(arguments: [
        "", "-", ".", "1e", "1e+", "x", "1x", " 1", "1 ", "0x1", "1,5", "--1", "NaN", "Infinity",
    ])
    func `what engines do not coerce is not read`(text: String) {
        let bytes = Array(text.utf8)
        let number = DecimalNumber(bytes.span, as: .coerced)
        #expect(number == nil)
    }

    @Test(arguments: [
        ("1", "1.0"), ("1", "10e-1"), ("100", "1e2"), ("0", "-0"), ("0", "0.000e9"), ("-1.50", "-15e-1"),
        ("123456789012345678901234567890", "1.2345678901234567890123456789e29"),
    ])
    func `equal values are equal however they are written`(_ left: String, _ right: String) throws {
        #expect(try number(left) == number(right))
    }

    @Test(arguments: [
        ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "0.1"), ("9", "10"), ("0.09", "0.1"), ("-10", "-9.99"),
        ("9007199254740992", "9007199254740993"), ("0.1", "0.10000000000000000000000000001"),
        ("1e-400", "2e-400"), ("1e308", "1e309"), ("99999999999999999998", "99999999999999999999"),
    ])
    func `order is exact where doubles are not`(_ less: String, _ greater: String) throws {
        #expect(try number(less) < number(greater))
        #expect(try !(number(greater) < number(less)))
        #expect(try number(less) != number(greater))
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("3.0", 3), ("3e2", 300),
        ("-0", 0), ("1200e-2", 12),
    ])
    func `an integral value is an Int64 while it fits`(_ text: String, _ value: Int64) throws {
        #expect(try number(text).int64 == value)
    }

    @Test(arguments: [
        "9223372036854775808", "-9223372036854775809", "3.5", "1e-1", "1e19", "1e99999999999999999999",
    ])
    func `a fraction or a greater value is no Int64`(_ text: String) throws {
        #expect(try number(text).int64 == nil)
    }

    @Test func `UInt64 ends at its own bounds`() throws {
        #expect(try number("18446744073709551615").uint64 == .max)
        #expect(try number("18446744073709551616").uint64 == nil)
        #expect(try number("-1").uint64 == nil)
    }

    @Test(arguments: [
        ("1", "2", "3"), ("-5", "3", "-2"), ("0.1", "0.2", "0.3"), ("1.5", "0.5", "2.0"),
        ("0.10", "0.2", "0.30"),
        ("1", "-1.00", "0.00"), ("-0.5", "0.25", "-0.25"), ("1e3", "1", "1001.0"), ("999.9", "0.1", "1000.0"),
        ("9007199254740993", "0.5", "9007199254740993.5"),
        ("2.0", "9223372036854775807", "9223372036854775809.0"),
        ("-1.5", "-1.5", "-3.0"), ("0.05", "0.05", "0.10"), ("1e-3", "0", "0.001"),
    ])
    func `a sum is exact and shows the longest fraction`(
        _ left: String,
        _ right: String,
        _ sum: String
    ) throws {
        #expect(try DecimalNumber.sum(number(left), number(right))?.string == sum)
        #expect(try DecimalNumber.sum(number(right), number(left))?.string == sum)
    }

    @Test(arguments: [
        ("9223372036854775807", "1"), ("-9223372036854775808", "-1"), ("9223372036854775808", "0"),
        ("1e1001", "1"), ("0.5", "1e-1001"), ("1e99999999999999999999", "0.5"),
    ])
    func `a sum that leaves its range is none`(_ left: String, _ right: String) throws {
        #expect(try DecimalNumber.sum(number(left), number(right)) == nil)
    }

    @Test func `seeded sums of integers with hundredths agree with integer arithmetic`() throws {
        var seed: UInt64 = 20_261_124
        func next() -> Int64 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(truncatingIfNeeded: seed >> 33) - (1 << 30)
        }
        func text(_ hundredths: Int64) -> String {
            let digits = String(hundredths.magnitude)
            let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
            return (hundredths < 0 ? "-" : "") + padded.dropLast(2) + "." + padded.suffix(2)
        }
        for round in 0..<300 {
            let (a, b) = (next(), next())
            let sum = try DecimalNumber.sum(number(text(a)), number(text(b)))
            #expect(sum?.string == text(a + b), "round \(round), seed \(seed)")
            #expect(try (number(text(a)) < number(text(b))) == (a < b), "round \(round), seed \(seed)")
        }
    }
}
