import RefoldCommand
import Testing

@Suite struct ArgumentParserTests {
    private static let fast = OptionDeclaration("fast", short: "f", "a switch")
    private static let quiet = OptionDeclaration("quiet", short: "q", "a switch")
    private static let output = OptionDeclaration(
        "output",
        short: "o",
        value: .choice("FORMAT", ["text", "json"]),
        "form"
    )
    private static let set = OptionDeclaration("set", value: .text("PATH=YAML"), repeats: true, "a key")
    private static let count = OptionDeclaration("count", value: .count("N", 1...9), "a number")
    private static let verb = VerbDeclaration(
        "try",
        in: .tool,
        "a verb",
        positionals: [PositionalDeclaration("JOB", "a job"), PositionalDeclaration("N", "numbers", .any)],
        options: [fast, quiet, output, set, count],
        examples: [.init("refold try x", "Tries.")]
    )

    private func parse(_ words: [String]) throws(CommandError) -> ParsedArguments {
        try ArgumentParser.parse(words[...], of: Self.verb)
    }

    @Test(arguments: [
        ["-o", "json", "job"], ["-ojson", "job"], ["-o=json", "job"], ["--output", "json", "job"],
        ["--output=json", "job"], ["job", "--output=json"], ["-fqo", "json", "job"], ["-qfojson", "job"],
        ["--output=text", "job", "-o", "json"],
    ])
    func `an option's value may follow it in every usual form, and the last counts`(words: [String]) throws {
        let parsed = try parse(words)
        #expect(parsed.value(Self.output) == "json")
        #expect(parsed.positionals == ["job"])
    }

    @Test func `letters bundle`() throws {
        let parsed = try parse(["-qf", "job"])
        #expect(parsed.has(Self.fast))
        #expect(parsed.has(Self.quiet))
        #expect(!parsed.has(Self.output))
    }

    @Test func `an option that repeats keeps every value in order, with what follows the first equals sign`()
        throws
    {
        let parsed = try parse(["--set", "a.b=1", "job", "--set=c={d: 2}", "--count=3"])
        #expect(parsed.values(Self.set) == ["a.b=1", "c={d: 2}"])
        #expect(parsed.count(Self.count) == 3)
    }

    @Test func `two dashes end the options, one dash is an argument`() throws {
        let parsed = try parse(["--", "--fast", "-q"])
        #expect(parsed.positionals == ["--fast", "-q"])
        #expect(try parse(["-", "2"]).positionals == ["-", "2"])
        #expect(try parse(["job", "--set", "-"]).values(Self.set) == ["-"])
    }

    @Test func `help is parsed although arguments are missing`() throws {
        #expect(try parse(["--help"]).has(.help))
        #expect(try parse(["-h"]).has(.help))
    }

    @Test(
        arguments: [
            (
                ["job", "--outptu", "json"], "command.unknown_option", "`try` has no option `--outptu`",
                "did you mean `--output`?"
            ),
            (
                ["job", "--ou"], "command.unknown_option", "`try` has no option `--ou`",
                "did you mean `--output`?"
            ),
            (
                ["job", "-x"], "command.unknown_option", "`try` has no option `-x`",
                "`refold try --help` lists its options"
            ),
            (
                ["job", "-fast"], "command.unknown_option", "`try` has no option `-a`",
                "did you mean `--fast`?"
            ),
            (
                ["job", "--zzzzzz"], "command.unknown_option", "`try` has no option `--zzzzzz`",
                "`refold try --help` lists its options"
            ),
            (
                ["job", "--output"], "command.option_value", "`--output` needs a value",
                "write --output=text|json"
            ),
            (
                ["--output", "--fast", "job"], "command.option_value", "`--output` needs a value",
                "write --output=text|json"
            ),
            (
                ["job", "-o", "jsno"], "command.option_value", "`--output` cannot be `jsno`",
                "did you mean `json`?"
            ),
            (
                ["job", "--fast=yes"], "command.option_value", "`--fast` cannot be `yes`",
                "write --fast alone"
            ),
            (["job", "--count", "0"], "command.option_value", "`--count` cannot be `0`", "write --count=N"),
            (
                ["job", "--count", "ten"], "command.option_value", "`--count` cannot be `ten`",
                "write --count=N"
            ),
            (
                ["job", "--count", "99999999999999999999"], "command.option_value",
                "`--count` cannot be `99999999999999999999`", "write --count=N"
            ),
            (["job", "--set="], "command.option_value", "`--set` cannot be ``", "write --set=PATH=YAML"),
            ([], "command.argument", "`try` needs JOB", "`refold help try` says what it takes"),
        ] as [([String], String, String, String?)]
    )
    func `a wrong use is told with its word and what mends it`(
        words: [String],
        code: String,
        message: String,
        fix: String?
    ) throws {
        let error = try #require(throws: CommandError.self) { try parse(words) }
        #expect(error.code == code)
        #expect(error.message == message)
        #expect(error.fix == fix)
        #expect(error.usage == "refold try [OPTION…] JOB [N…]")
    }

    @Test(
        arguments: [
            ("rlbck", "rollback"), ("rollbak", "rollback"), ("roll", "rollback"), ("statsu", "status"),
            ("vldt", "validate"), ("qqq", nil), ("rk", nil),
        ] as [(String, String?)]
    )
    func `a verb of which letters were left out or swapped is guessed, another word is not`(
        typed: String,
        meant: String?
    ) async {
        let wrong = await Console([typed])
        #expect(wrong.status == 64)
        let fix = meant.map { "did you mean `\($0)`?" } ?? "`refold help` lists the verbs"
        #expect(wrong.remarks.contains(fix), "\(wrong.remarks)")
    }

    @Test func `one argument too many is refused`() async {
        let tooMany = await Console(["version", "now"])
        #expect(tooMany.status == 64)
        #expect(tooMany.remarks.hasPrefix("error: `version` takes no argument `now`"))
    }
}
