import RefoldBytes
import Testing

@testable import RefoldIndex
@testable import RefoldSQLite

/// What SQLite's failures are at a target.
@Suite struct SQLiteFailureTests {
    @Test(arguments: [
        (SQLiteError.Code.busy, IndexError.Code.unavailable), (.full, .full), (.notPermitted, .notPermitted),
        (.cannotOpen, .unavailable), (.damaged, .damaged), (.io, .unavailable), (.statement, .damaged),
    ])
    func `a failure of SQLite is one of the target`(code: SQLiteError.Code, expected: IndexError.Code) {
        let error = IndexError(
            SQLiteError(reason: code, extendedCode: 1, message: "m", place: "p", cause: "c", fix: "f")
        )
        #expect(error.reason == expected)
        let message = code == .full ? "the disk under the target is full" : "m"
        #expect([error.message, error.place, error.cause, error.fix] == [message, "p", "c", "f"])
    }
}

/// Dates and words read from text.
@Suite struct FieldTextTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0 as Int64, 999 as Int64), ("1970-01-01T00:00:00.001Z", 1, 1),
        ("1970-01-01", 0, 86_399_999), ("1970", 0, 31_535_999_999), ("1970-01-01T01:00:00.000+01:00", 0, 0),
        ("0", 0, 0), ("-1.9", -1, -1), ("1969-12-31T23:59:59.999Z", -1, -1),
        ("2024-02", 1_706_745_600_000, 1_709_251_199_999),
    ])
    func `a date is the span of time that it names`(text: String, first: Int64, last: Int64) throws {
        #expect(DateFormat.standard.interval(of: ByteString(text)) == first...last)
    }

    @Test func `a format is read once and knows its own text`() throws {
        let format = try #require(DateFormat("yyyy/MM/dd||epoch_second"))
        #expect(format.text == "yyyy/MM/dd||epoch_second")
        #expect(format.interval(of: "1970/01/02")?.lowerBound == 86_400_000)
        #expect(format.interval(of: "10")?.lowerBound == 10_000)
        #expect(format.interval(of: "9223372036854775807") == nil)
        #expect(DateFormat("yyyy-MM-dd GGGG") == nil)
        #expect(DateFormat("yyyy 'open") == nil)
        #expect(DateFormat("") == nil)
    }

    @Test(arguments: [
        ("foo bar", ["foo", "bar"]), ("a_b-c", ["a_b", "c"]), ("Köln, 2026", ["Köln", "2026"]),
        ("\" OR *", ["OR"]),
        ("", []),
    ])
    func `words are cut as the full-text table cuts them`(text: String, words: [String]) {
        #expect(FullText.words(text) == words)
    }
}
