import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What scripts rely on: one object a command, the version of its form, and an error's object last on stderr.
@Suite struct ScriptOutputTests {
    /// Verbs whose result is one object, in an order in which they find what they need.
    private static let verbs: [(words: [String], kind: String)] = [
        (["archive", "generate", "b", "--events=20", "--segments=1"], "ArchiveGeneration"),
        (["archive", "list", "a"], "Archive"), (["archive", "verify", "a"], "ArchiveVerification"),
        (["init", "a", "--into", "n"], "Init"), (["validate", "m/rebuild.yaml"], "Validation"),
        (["doctor", "m/rebuild.yaml"], "Doctor"), (["plan", "m/rebuild.yaml"], "Plan"),
        (["plan", "m/rebuild.yaml", "--quick"], "Plan"), (["run", "m/rebuild.yaml"], "RunReport"),
        (["run", "m/rebuild.yaml", "--set", "cutover.mode=manual"], "RunReport"),
        (["status", "m/rebuild.yaml"], "Status"), (["runs", "m/rebuild.yaml"], "Runs"),
        (["cutover", "m/rebuild.yaml"], "Cutover"), (["rollback", "m/rebuild.yaml"], "Rollback"),
        (["rollback", "--release", "account", "--state-dir", "m/.refold"], "Release"),
        (["prune", "m/rebuild.yaml"], "Prune"),
        (["rejects", "accept", "m/rebuild.yaml", "--note", "n"], "Acceptance"),
    ]

    @Test func `every verb's result in JSON is one object of one line with apiVersion and kind`() async throws
    {
        try await MadeJob.with(more: "rejects: { accepted: known.ndjson }\n") { job in
            for (words, kind) in Self.verbs {
                let console = await Console(words + ["--output", "json"], in: job.folder.path)
                #expect(console.status == 0, "\(words): \(console.remarks)")
                #expect(console.output.split(separator: "\n").count == 1, "\(words)")
                let json = try console.json
                #expect(json["apiVersion"] == "refold/v1", "\(words)")
                #expect(json["kind"]?.asString == kind, "\(words)")
            }
            let version = try await Console(["version", "-ojson"]).json
            #expect(version["apiVersion"] == "refold/v1")
            let rows = await job.run("rejects", "list", "m/rebuild.yaml", "-ojson")
            #expect(rows.status == 0 && rows.output.isEmpty)
        }
    }

    /// One failing line for each verb, its exit status and its word.
    private static let failures: [(words: [String], exit: Int64, code: String)] = [
        (["archive", "generate"], 64, "command.argument"),
        (["archive", "list", "none"], 10, "archive.missing"),
        (["archive", "verify", "none"], 10, "archive.missing"), (["init", "none"], 10, "archive.missing"),
        (["validate", "none.yaml"], 64, "manifest.file"), (["doctor", "none.yaml"], 64, "manifest.file"),
        (["plan", "none.yaml"], 64, "manifest.file"), (["run", "none.yaml"], 64, "manifest.file"),
        (["status"], 64, "command.argument"), (["runs"], 64, "command.argument"),
        (["cutover", "01A"], 64, "command.argument"), (["rollback", "x"], 64, "command.argument"),
        (["prune"], 64, "command.argument"), (["rejects", "list", "01A"], 64, "command.argument"),
        (["rejects", "show", "01A", "1"], 64, "command.argument"),
        (["rejects", "accept", "01A"], 64, "command.option_value"),
        (["state", "none", "Account/0015g00000XyZAbAAN"], 10, "archive.missing"),
        (["events", "none", "Account/0015g00000XyZAbAAN"], 10, "archive.missing"),
        (["schema", "Nothing"], 64, "command.argument"),
        (["rnu"], 64, "command.unknown_verb"), (["explain"], 64, "command.not_built"),
        (["run", "--frehs", "x.yaml"], 64, "command.unknown_option"),
    ]

    @Test(arguments: failures.indices)
    func `a failure ends stderr with its object and has the exit status that the object says`(
        place: Int
    )
        async throws
    {
        let (words, exit, code) = Self.failures[place]
        try await withTemporaryFolder { folder in
            let console = await Console(words + ["-o", "json"], in: folder.path)
            let last = try #require(console.remarks.split(separator: "\n").last)
            let json = try JSONValue(parsing: ByteString(String(last)))
            #expect(json["kind"] == "Error")
            #expect(json["code"]?.asString == code, "\(console.remarks)")
            #expect(json["exit"]?.asInt64 == exit)
            #expect(console.status == Int32(exit))
            for member in ["where", "cause", "fix"] { #expect(json[ByteString(member)] != nil) }
            // `validate` has a result all the same: the problems of each file.
            #expect(console.output.isEmpty || words.first == "validate")
        }
    }
}
