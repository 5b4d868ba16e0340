import Foundation
import RefoldBytes
import RefoldCommand
import Testing

@Suite struct RunVerbTests {
    /// A folder with the archive and the job of the file histories.
    private func withJob(_ body: (URL) async throws -> Void) async throws {
        let history = fixtures.deletingLastPathComponent().appending(path: "file-history")
        try await withTemporaryFolder { folder in
            try FileManager.default.copyItem(at: history, to: folder.appending(path: "jobs"))
            try await body(folder)
        }
    }

    @Test func `run ends swapped with its table, three sums that close and one command to type next`()
        async throws
    {
        try await withJob { folder in
            let first = await Console(["run", "jobs/rebuild.yaml"], in: folder.path)
            #expect(first.status == 0)
            let lines = first.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 7)
            #expect(lines[0].hasPrefix("run 0") && lines[0].contains("  file-history  plan → swapped  "))
            #expect(
                lines[1].split(separator: " ") == ["READ", "MODEL", "INDEX", "DOCUMENTS", "REJECTS", "ALIAS"]
            )
            #expect(lines[2].hasPrefix("files v1    files-v1-") && lines[2].hasSuffix("files ← new"))
            for (line, name) in zip(lines[3...], ["lines ", "record ids ", "documents "]) {
                #expect(line.hasPrefix(name) && line.hasSuffix("  closes"), "\(line)")
            }
            #expect(lines[6].hasPrefix("next: refold status 0"))
            #expect(lines[6].hasSuffix(" --state-dir=jobs/.refold"))
            #expect(first.remarks.hasPrefix("state folder \(folder.path)/jobs/.refold\n"))

            let second = await Console(["run", "jobs/rebuild.yaml", "-o", "json"], in: folder.path)
            let json = try JSONValue(parsing: ByteString(second.output))
            #expect(json["kind"] == "RunReport")
            #expect(json["outcome"] == "swapped")
            #expect(json["undo"]?.asString?.hasPrefix("refold rollback 0") == true)
            let from = json["readModels"]?.asArray?.first?["aliases"]?.asArray?.first?["from"]?.asString
            #expect(from?.hasPrefix("files-v1-") == true)
        }
    }

    @Test func `plan writes nothing, and a plan that no longer holds is refused with 14`() async throws {
        try await withJob { folder in
            let before = try contents(of: folder)
            let plan = await Console(["plan", "jobs/rebuild.yaml", "--out", "p.json"], in: folder.path)
            #expect(plan.status == 0)
            #expect(plan.output.hasSuffix("next: refold run jobs/rebuild.yaml --plan=p.json\n"))
            #expect(plan.output.contains("files ← new\n"))
            #expect(try contents(of: folder).subtracting(before) == ["p.json"])
            let kept = await Console(["run", "jobs/rebuild.yaml", "--plan=p.json"], in: folder.path)
            #expect(kept.status == 0)
            let stale = await Console(["run", "jobs/rebuild.yaml", "--plan=p.json"], in: folder.path)
            #expect(stale.status == 14)
            #expect(stale.remarks.contains("error: the plan no longer holds"))
            #expect(stale.remarks.contains("alias files pointed at nothing"))
            // There was no index whose mapping could have changed, and the run alone would do what nobody looked at.
            #expect(!stale.remarks.contains("the mapping"), "\(stale.remarks)")
            #expect(stale.remarks.contains(" next:  refold plan jobs/rebuild.yaml --out=p.json\n"))
            let pending = await Console(
                ["plan", "jobs/rebuild.yaml", "--detailed-exitcode", "-ojson"],
                in: folder.path
            )
            #expect(pending.status == 2)
            #expect(try JSONValue(parsing: ByteString(pending.output))["kind"] == "Plan")
        }
    }

    @Test
    func `plan reads the archive, counts what a run would, and asks about a path that no aggregate has`()
        async throws
    {
        try await withJob { folder in
            let model = folder.appending(path: "jobs/files.yaml")
            let text = try String(contentsOf: model, encoding: .utf8)
            try text.replacing("fields: \"*\"", with: "fields: { path: paht, blob: blob }")
                .write(to: model, atomically: true, encoding: .utf8)
            let read = await Console(["plan", "jobs/rebuild.yaml"], in: folder.path)
            #expect(read.status == 0, "\(read.remarks)")
            #expect(read.output.contains("\nlines          3,821 = blank 0 + events 3,821 + rejected 0"))
            #expect(read.output.contains("\ndocuments        344 of files, "))
            #expect(
                read.output.contains(
                    "\nwarning: source path `paht` of files is found in none of its events; did you mean `path`?\n"
                )
            )
            let json = try JSONValue(
                parsing: ByteString(
                    await Console(["plan", "jobs/rebuild.yaml", "-ojson"], in: folder.path).output
                )
            )
            #expect(json["reading"]?["readModels"]?.asArray?.first?["documents"] == 344)
            let quick = await Console(["plan", "jobs/rebuild.yaml", "--quick"], in: folder.path)
            #expect(!quick.output.contains("lines "))
        }
    }

    @Test func `a manual cut-over ends ready with 0 and names the command that swaps`() async throws {
        try await withJob { folder in
            let ready = await Console(
                ["run", "jobs/rebuild.yaml", "--set", "cutover.mode=manual"],
                in: folder.path
            )
            #expect(ready.status == 0)
            #expect(ready.output.contains("plan → ready"))
            #expect(ready.output.contains("\nnext: refold cutover 0"))
        }
    }

    @Test func `a gate that refuses ends with its status, the report first and the gate after it`()
        async throws
    {
        try await withJob { folder in
            let job = folder.appending(path: "jobs/rebuild.yaml")
            let canary = """

                verify: { canaries: [ { name: none, readModel: files, query: { term: { path: nowhere } }, hits: { min: 1 } } ] }

                """
            try (String(contentsOf: job, encoding: .utf8) + canary).write(
                to: job,
                atomically: true,
                encoding: .utf8
            )
            let refused = await Console(["run", "jobs/rebuild.yaml", "-o", "json"], in: folder.path)
            #expect(refused.status == 4)
            #expect(try JSONValue(parsing: ByteString(refused.output))["outcome"] == "refused")
            #expect(refused.remarks.contains("[gate.canary]"))
            let last = try #require(refused.remarks.split(separator: "\n").last)
            #expect(try JSONValue(parsing: ByteString(String(last)))["exit"] == 4)
        }
    }

    @Test(
        arguments: [
            (["run", "nowhere.yaml"], 64, "[manifest.file]"),
            (["run", "jobs/files.yaml"], 64, "expected a job"),
            (["run", "jobs/rebuild.yaml", "--set", "archive=nowhere"], 10, "[archive.missing]"),
            (["run", "jobs/rebuild.yaml", "--set", "carryForward=true"], 64, "carryForward"),
            (["run", "jobs/rebuild.yaml", "--plan", "jobs/rebuild.yaml"], 64, "is no plan"),
            (["run", "jobs/rebuild.yaml", "--plan", "nowhere.json"], 64, "cannot be read"),
            (["run", "jobs/rebuild.yaml", "--memory", "much"], 64, "--set replay.memory=much"),
            (["plan", "jobs/rebuild.yaml", "--out", "nowhere/p.json"], 12, "[command.file]"),
            (["run", "jobs/rebuild.yaml", "--set", "target.embedded=none/x.db"], 13, "none/x.db.lock"),
            (["run", "jobs/rebuild.yaml", "--state-dir", "/proc/x"], 12, "--state-dir"),
        ] as [([String], Int32, String)]
    )
    func `what cannot run says why, with its status`(
        words: [String],
        status: Int32,
        remark: String
    ) async throws {
        try await withJob { folder in
            let console = await Console(words, in: folder.path)
            #expect(console.status == status, "\(console.remarks)")
            #expect(console.remarks.contains(remark), "\(console.remarks)")
            #expect(console.output.isEmpty)
        }
    }

    @Test func `validate tells every problem with its line and caret, and the files' states`() async throws {
        try await withJob { folder in
            let fine = await Console(["validate", "jobs/files.yaml", "jobs/rebuild.yaml"], in: folder.path)
            #expect(fine.status == 0)
            #expect(fine.output == "jobs/files.yaml: ok\njobs/rebuild.yaml: ok\n")
            let model = folder.appending(path: "jobs/files.yaml")
            let text = try String(contentsOf: model, encoding: .utf8)
            try text.replacing("fold: ordered", with: "fodl: ordered").replacing(
                "type: keyword",
                with: "type: keywrd"
            )
            .write(to: model, atomically: true, encoding: .utf8)
            let wrong = await Console(["validate", "jobs/files.yaml", "-o", "json"], in: folder.path)
            #expect(wrong.status == 64)
            #expect(wrong.remarks.contains("did you mean `fold`?"))
            #expect(wrong.remarks.contains("      | "))
            #expect(wrong.remarks.contains("^^^^"))
            let problems = try JSONValue(parsing: ByteString(wrong.output))["files"]?.asArray?.first?[
                "problems"
            ]?.asArray
            #expect((problems?.count ?? 0) > 1)
        }
    }

    @Test func `schema prints each kind, all together, or the reference`() async throws {
        for kind in ["ReadModel", "Target", "Rebuild", "Backfill", "Migration", "Restore"] {
            let json = try JSONValue(parsing: ByteString(await Console(["schema", kind]).output))
            #expect(json["title"]?.asString == "refold \(kind)")
        }
        let all = try JSONValue(parsing: ByteString(await Console(["schema"]).output))
        #expect(all["oneOf"]?.asArray?.count == 6)
        #expect(all["definitions"]?.asObject?.isEmpty == false)
        #expect(await Console(["schema", "--reference"]).output.hasPrefix("## "))
        #expect(await Console(["schema", "Readmodel"]).remarks.contains("did you mean `ReadModel`?"))
    }

    private func contents(of folder: URL) throws -> Set<String> {
        Set(try FileManager.default.subpathsOfDirectory(atPath: folder.path))
    }
}
