import RefoldCommand
import RefoldPipeline
import Testing

@Suite struct PlacesAndTimesTests {
    /// 2026-03-29T09:30:00Z: the day on which Berlin went from +1 to +2 at 01:00Z.
    private static let now: Int64 = 1_774_776_600_000
    private static let switchTime: Int64 = 1_774_746_000_000

    private func io(in folder: String = "/home/team") -> CommandIO {
        CommandIO(
            stdout: MemorySink(),
            stderr: MemorySink(),
            workingFolder: folder,
            now: { Self.now },
            uptime: { .zero },
            utcOffset: { $0 < Self.switchTime ? 3_600_000 : 7_200_000 }
        )
    }

    @Test(
        arguments: [
            ("2026-03-01T18:00:00Z", 1_772_388_000_000, false),
            ("2026-03-01T18:00:00.250+01:00", 1_772_384_400_250, false),
            ("2026-03-01T18:00Z", 1_772_388_000_000, false), ("18:00", 1_774_800_000_000, true),
            ("01:30", 1_774_744_200_000, true), ("yesterday 18:00", 1_774_717_200_000, true),
        ] as [(String, Int64, Bool)]
    )
    func `a time is read with its zone, or as a local one of today or yesterday`(
        text: String,
        milliseconds: Int64,
        isLocal: Bool
    ) throws {
        let time = try CommandTime(text, of: .asOf, io: io())
        #expect(time.milliseconds == milliseconds)
        #expect(time.isLocal == isLocal)
    }

    @Test(arguments: [
        "", "now", "2026-03-01", "2026-03-01T18:00:00", "24:00", "18:60", "1:00", "18", "18:00:00",
        "tomorrow 18:00",
        "yesterday", "2026-02-30T00:00:00Z",
    ])
    func `any other time is refused, saying what can be written`(text: String) throws {
        let error = try #require(throws: CommandError.self) { try CommandTime(text, of: .asOf, io: io()) }
        #expect(error.code == "command.option_value")
        #expect(error.fix?.contains("yesterday 18:00") == true)
    }

    private func invocation(_ words: [String], _ environment: [String: String]) throws -> VerbInvocation {
        VerbInvocation(
            arguments: try ArgumentParser.parse(words[...], of: RunVerb.declaration),
            environment: environment,
            io: io(),
            diagnostics: Diagnostics(MemorySink(), environment: [:], clock: { .zero }),
            stop: StopSignal()
        )
    }

    @Test(
        arguments: [
            (["jobs/a.yaml"], [:], "/home/team/jobs/.refold"),
            (["a.yaml"], [:], "/home/team/.refold"),
            (["/etc/a.yaml"], ["REFOLD_STATE_DIR": ""], "/etc/.refold"),
            (["/etc/a.yaml"], ["REFOLD_STATE_DIR": "state"], "/home/team/state"),
            (["a.yaml", "--state-dir=/var/s"], ["REFOLD_STATE_DIR": "state"], "/var/s"),
        ] as [([String], [String: String], String)]
    )
    func `the state folder is the option's, else the variable's, else beside the job`(
        words: [String],
        environment: [String: String],
        folder: String
    ) throws {
        let invocation = try invocation(words, environment)
        #expect(StateFolder.of(job: try invocation.arguments.required(0), invocation) == folder)
    }

    @Test func `without a job the working folder's state counts only when it is there`() throws {
        let invocation = try invocation(["x"], [:])
        #expect(StateFolder.withoutJob(invocation, exists: { _ in false }) == nil)
        #expect(
            StateFolder.withoutJob(invocation, exists: { $0 == "/home/team/.refold" }) == "/home/team/.refold"
        )
    }

    @Test(arguments: [
        ("a", "/home/team/a"), ("./a/b", "/home/team/a/b"), (".", "/home/team"), ("/a", "/a"),
        ("../a", "/home/a"), ("/w/b/../tm1//s/.", "/w/tm1/s"),
    ])
    func `a path of the command line is relative to the working folder and cleaned`(
        path: String,
        absolute: String
    ) {
        #expect(io().absolute(path) == absolute)
        #expect(io(in: "/").absolute("a") == "/a")
    }
}
