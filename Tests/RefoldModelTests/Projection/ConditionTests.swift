import RefoldBytes
import RefoldModel
import Testing

@Suite struct ConditionTests {
    struct Case: Sendable {
        var test: Condition.Test
        var value: String
        var holds: Bool

        init(_ test: Condition.Test, _ value: String, _ holds: Bool) {
            self.test = test
            self.value = value
            self.holds = holds
        }
    }

    private static let big = JSONValue.number("9007199254740993")

    @Test(arguments: [
        Case(.equals("Test"), #""Test""#, true), Case(.equals("Test"), #""test""#, false),
        Case(.equals("Test"), "null", false), Case(.equals(nil), "null", false),
        Case(.equals(1), "1.0", true),
        Case(.equals(1), "10e-1", true), Case(.equals(1), #""1""#, false), Case(.equals("1"), "1", false),
        Case(.equals(big), "9007199254740992", false), Case(.equals(big), "9007199254740993.000", true),
        Case(.equals(true), "true", true), Case(.equals(true), #""true""#, false),
        Case(.equals(true), "false", false),
        Case(.equals(["a": 1]), #"{"a":1}"#, true), Case(.equals([1, 2]), "[1,2]", true),
        Case(.equals(1), "[1]", false),
        Case(.equals("a\"\u{1}"), #""a\"\u0001""#, true), Case(.equals("e\u{0301}"), "\"\u{00E9}\"", false),
        Case(.not("Test"), #""Test""#, false), Case(.not("Test"), #""Prod""#, true),
        Case(.not("Test"), "null", true),
        Case(.not("1"), "1", true), Case(.not(1), "1.0", false),
        Case(.oneOf(["a", "b"]), #""b""#, true), Case(.oneOf(["a", "b"]), #""c""#, false),
        Case(.oneOf([1, "a"]), "1.0", true), Case(.oneOf([]), #""a""#, false),
        Case(.oneOf(["a"]), "null", false),
        Case(.exists(true), "0", true), Case(.exists(true), "null", false),
        Case(.exists(false), "null", true),
        Case(.exists(false), #""""#, false),
        Case(.atLeast(10), "10", true), Case(.atLeast(10), "9.999999999999999999999", false),
        Case(.atLeast(10), #""20""#, false), Case(.atLeast("b"), #""b""#, true),
        Case(.atLeast("b"), #""a""#, false),
        Case(.atLeast("b"), #""ä""#, true), Case(.atLeast(1), "null", false),
        Case(.atLeast(false), "true", false),
        Case(.below(10), "9", true), Case(.below(10), "10", false), Case(.below(10), "-1e400", true),
        Case(.below(10), #""1""#, false), Case(.below("b"), #""ab""#, true), Case(.below("b"), "null", false),
        Case(.below(big), "9007199254740992", true), Case(.below(1), "{}", false),
        Case(.below("b"), "[]", false),
    ])
    func `a test compares exactly and never across types`(_ one: Case) throws {
        let condition = Condition(source: .at("V"), tests: [one.test])
        let state = #"{"V":\#(one.value),"X":1}"#
        let made = try document(of: state, field("x", .path("X")), where: [condition])
        #expect((made != nil) == one.holds, "\(one.test) on \(one.value)")
    }

    @Test func `an absent field is like null`() throws {
        for (test, holds) in [(Condition.Test.equals("a"), false), (.not("a"), true), (.exists(false), true)]
        {
            let condition = Condition(source: .at("A.B"), tests: [test])
            #expect(
                (try document(of: #"{"X":1}"#, field("x", .path("X")), where: [condition]) != nil) == holds
            )
        }
    }

    @Test func `all conditions and all tests of each must hold`() throws {
        let between = Condition(source: .at("N"), tests: [.atLeast(1), .below(5)])
        let type = Condition(source: .builtIn(.type), tests: [.oneOf(["UPDATE"])])
        func holds(_ state: String, _ conditions: [Condition]) throws -> Bool {
            try document(of: state, field("x", .path("X")), where: conditions) != nil
        }
        #expect(try holds(#"{"N":3,"X":1}"#, [between, type]))
        #expect(try !holds(#"{"N":5,"X":1}"#, [between, type]))
        #expect(
            try !holds(#"{"N":3,"X":1}"#, [between, Condition(source: .builtIn(.id), tests: [.not("a1")])])
        )
    }
}
