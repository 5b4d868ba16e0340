import Foundation
import RefoldBytes
import RefoldCommand
import RefoldLedger
import Testing

/// The verbs on runs and aliases; each test makes its own small archive and job.
@Suite struct RunsVerbsTests {
    /// A folder with an archive, a read model `account` and the job `m/rebuild.yaml`.
    private func withJob(more: String = "", _ body: (URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            _ = await Console(["archive", "generate", "a", "--events=120", "--segments=1"], in: folder.path)
            let made = await Console(["init", "a", "--into", "m"], in: folder.path)
            #expect(made.status == 0, "\(made.remarks)")
            let job = folder.appending(path: "m/rebuild.yaml")
            let text = try String(contentsOf: job, encoding: .utf8)
                .replacing("[account.yaml, contact.yaml, project.yaml]", with: "[account.yaml]")
            let own = more.contains("rejects:") ? text.replacing(MadeJob.scaffoldedRejects, with: "") : text
            try (own + more).write(to: job, atomically: true, encoding: .utf8)
            try await body(folder)
        }
    }

    /// The command after `next:` or `undo:`, as words.
    private func follow(_ console: Console) throws -> [String] {
        let line = try #require(console.output.split(separator: "\n").last)
        let words = line.split(separator: " ").map(String.init)
        #expect(["next:", "undo:"].contains(words.first ?? ""))
        #expect(words.dropFirst().first == "refold")
        return Array(words.dropFirst(2))
    }

    private func serving(in folder: URL) async throws -> String {
        let status = await Console(["status", "m/rebuild.yaml", "-ojson"], in: folder.path)
        let json = try JSONValue(parsing: ByteString(status.output))
        return try #require(json["aliases"]?.asArray?.first?["index"]?.asString)
    }

    @Test func `every end's next or undo line works as it is typed, from swap over rollback to release`()
        async throws
    {
        try await withJob { folder in
            let first = await Console(["run", "m/rebuild.yaml"], in: folder.path)
            #expect(first.status == 0, "\(first.remarks)")
            let status = await Console(try follow(first), in: folder.path)
            #expect(status.status == 0, "\(status.remarks)")
            #expect(status.output.contains("swapped, serving"))
            let one = try await serving(in: folder)

            let second = await Console(["run", "m/rebuild.yaml"], in: folder.path)
            let two = try await serving(in: folder)
            #expect(one != two)
            let back = await Console(try follow(second), in: folder.path)
            #expect(back.status == 0, "\(back.remarks)")
            #expect(back.output.contains("ALIAS    WAS"))
            #expect(try await serving(in: folder) == one)

            let held = await Console(["run", "m/rebuild.yaml"], in: folder.path)
            #expect(held.status == 5)
            #expect(held.output.contains("plan → held"))
            #expect(held.remarks.contains("[gate.held]"))
            #expect(held.remarks.contains("`refold rollback --release m/rebuild.yaml` lets runs swap again"))
            let forward = await Console(try follow(back), in: folder.path)
            #expect(forward.status == 0, "\(forward.remarks)")
            #expect(try await serving(in: folder) == two)
        }
    }

    @Test func `an alias is rolled back and its hold released from another state folder by the target alone`()
        async throws
    {
        try await withJob { folder in
            for _ in 0..<2 { _ = await Console(["run", "m/rebuild.yaml"], in: folder.path) }
            let target =
                "apiVersion: refold/v1\nkind: Target\nname: prod\nembedded: m/refold.db\nprotect: true\n"
            try target.write(to: folder.appending(path: "t.yaml"), atomically: true, encoding: .utf8)
            let options = ["--target", "t.yaml", "--state-dir", "other"]
            let refused = await Console(["rollback", "account"] + options, in: folder.path)
            #expect(refused.status == 64)
            #expect(refused.remarks.contains("[command.consent]"))
            #expect(refused.remarks.contains(" fix:   give --yes"))
            let back = await Console(["rollback", "account", "-y"] + options, in: folder.path)
            #expect(back.status == 0, "\(back.remarks)")
            let held = await Console(["status"] + options + ["-o", "json"], in: folder.path)
            let aliases = try JSONValue(parsing: ByteString(held.output))["aliases"]?.asArray
            #expect(aliases?.first?["heldSince"]?.asString != nil)
            let released = await Console(["rollback", "--release", "account"] + options, in: folder.path)
            #expect(released.status == 0, "\(released.remarks)")
            #expect(released.output.hasPrefix("released: account-v1-"))
            #expect(await Console(try follow(released), in: folder.path).status == 0)
        }
    }

    @Test func `a plan tells a hold with the command that ends it, as text and as JSON`() async throws {
        try await withJob { folder in
            for _ in 0..<2 { _ = await Console(["run", "m/rebuild.yaml"], in: folder.path) }
            let free = await Console(["plan", "m/rebuild.yaml", "--quick"], in: folder.path)
            #expect(!free.output.contains("held"))
            let back = await Console(["rollback", "m/rebuild.yaml"], in: folder.path)
            let run = try #require(back.output.split(separator: "\n").first?.split(separator: " ").last)
            let plan = await Console(["plan", "m/rebuild.yaml", "--quick"], in: folder.path)
            #expect(plan.output.contains("warning: account is held since "))
            #expect(
                plan.output.contains(
                    "run \(run) was rolled back. A run stops ready, with 5, until"
                        + " `refold rollback --release m/rebuild.yaml` lets runs swap again\n"
                )
            )
            let json = await Console(["plan", "m/rebuild.yaml", "--quick", "-ojson"], in: folder.path)
            let holds = try JSONValue(parsing: ByteString(json.output))["holds"]?.asArray
            #expect(holds?.map { $0["run"]?.asString } == [String(run)])
            #expect(holds?.map { $0["alias"]?.asString } == ["account"])
            let release = try #require(holds?.first?["release"]?.asString)
            let words = release.split(separator: " ").dropFirst().map(String.init)
            #expect(await Console(words, in: folder.path).status == 0)
            let after = await Console(["plan", "m/rebuild.yaml", "--quick"], in: folder.path)
            #expect(!after.output.contains("held"))
        }
    }

    /// Regression: without a ledger that knows the run the line had nothing that said which target.
    @Test func `each line that a job file's verb prints works where the job file alone says which target`()
        async throws
    {
        try await withJob { folder in
            for _ in 0..<2 { _ = await Console(["run", "m/rebuild.yaml"], in: folder.path) }
            let new = try await serving(in: folder)
            for words in [
                ["rollback", "m/rebuild.yaml"], ["rollback", "--release", "m/rebuild.yaml"],
                ["prune", "m/rebuild.yaml"], ["cutover", "m/rebuild.yaml"],
            ] {
                let told = await Console(words + ["--state-dir=new"], in: folder.path)
                #expect(told.status == 0, "\(told.remarks)")
                let followed = await Console(try follow(told), in: folder.path)
                #expect(followed.status == 0, "\(words): \(followed.remarks)")
                if words[0] == "rollback" {
                    // Without --state-dir the line has to find the state folder beside the job again.
                    let beside = await Console(words, in: folder.path)
                    #expect(await Console(try follow(beside), in: folder.path).status == 0, "\(words)")
                }
            }
            #expect(try await serving(in: folder) != new)
        }
    }

    @Test func `a run of another state folder is found in the one target of this one`() async throws {
        try await withJob { folder in
            for state in ["one", "two"] {
                let made = await Console(["run", "m/rebuild.yaml", "--state-dir", state], in: folder.path)
                #expect(made.status == 0, "\(made.remarks)")
            }
            let new = try await serving(in: folder)
            let back = await Console(["rollback", "account", "--state-dir=one"], in: folder.path)
            #expect(back.status == 0, "\(back.remarks)")
            #expect(try await serving(in: folder) != new)
            let forth = await Console(try follow(back), in: folder.path)
            #expect(forth.status == 0, "\(forth.remarks)")
            #expect(try await serving(in: folder) == new)
        }
    }

    @Test func `runs lists the newest first, as a table and as JSON`() async throws {
        try await withJob { folder in
            for _ in 0..<2 { _ = await Console(["run", "m/rebuild.yaml"], in: folder.path) }
            let table = await Console(["runs", "m/rebuild.yaml"], in: folder.path)
            let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines.first == ["RUN", "JOB", "STARTED", "TOOK", "STATE", "EXIT", "INDEX"])
            #expect(lines.count == 3)
            #expect(lines[1].contains("serving"))
            let json = try JSONValue(
                parsing: ByteString(
                    await Console(["runs", "m/rebuild.yaml", "-ojson"], in: folder.path).output
                )
            )
            let runs = try #require(json["runs"]?.asArray)
            #expect(runs.map { $0["serving"]?.asBool } == [true, false])
            #expect(runs.map { $0["exit"]?.asInt64 } == [0, 0])
        }
    }

    @Test func `prune rehearses, then deletes what retention no longer keeps`() async throws {
        try await withJob { folder in
            for _ in 0..<2 { _ = await Console(["run", "m/rebuild.yaml"], in: folder.path) }
            let rehearsal = await Console(
                ["prune", "m/rebuild.yaml", "--keep=1", "--dry-run"],
                in: folder.path
            )
            #expect(rehearsal.output.hasPrefix("would delete: account-v1-"))
            let pruned = await Console(
                ["prune", "m/rebuild.yaml", "--keep=1", "-o", "json"],
                in: folder.path
            )
            let json = try JSONValue(parsing: ByteString(pruned.output))
            #expect(json["deleted"]?.asArray?.count == 1)
            #expect(json["kept"]?.asArray?.count == 1)
            let again = await Console(["prune", "m/rebuild.yaml", "--keep=1"], in: folder.path)
            #expect(again.output.hasPrefix("kept: account-v1-"))
            #expect(await Console(try follow(again), in: folder.path).status == 0)
        }
    }

    @Test func `rejects are listed, shown, accepted with a note, and then no longer stop the swap`()
        async throws
    {
        try await withJob(more: "rejects: { accepted: known.ndjson }\n") { folder in
            let bad = "not json\n{\"a\":1}\n"
            try bad.write(to: folder.appending(path: "a/zz.jsonl"), atomically: true, encoding: .utf8)
            try FileManager.default.removeItem(at: folder.appending(path: "a/catalog.json"))
            let stopped = await Console(["run", "m/rebuild.yaml"], in: folder.path)
            #expect(stopped.status == 3, "\(stopped.remarks)")
            #expect(stopped.remarks.contains("[gate.rejects]"))
            let list = await Console(try follow(stopped), in: folder.path)
            let lines = list.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(
                lines.first == ["#", "SEGMENT", "LINE", "KEY", "WHY", "ACCEPTED", "READ", "MODEL", "FIELD"]
            )
            #expect(
                lines.dropFirst().prefix(2).map { $0.prefix(5).joined(separator: " ") } == [
                    "1 zz.jsonl 1 — bad_json", "2 zz.jsonl 2 — no_header",
                ]
            )
            let ndjson = await Console(["rejects", "list", "m/rebuild.yaml", "-ojson"], in: folder.path)
            let rows = try ndjson.output.split(separator: "\n").map {
                try JSONValue(parsing: ByteString(String($0)))
            }
            #expect(rows.map { $0["why"]?.asString } == ["bad_json", "no_header"])
            let shown = await Console(["rejects", "show", "m/rebuild.yaml", "2"], in: folder.path)
            #expect(shown.output.contains("why         no_header\n"))
            #expect(await Console(["rejects", "show", "m/rebuild.yaml", "9"], in: folder.path).status == 64)
            #expect(
                await Console(["rejects", "accept", "m/rebuild.yaml", "1"], in: folder.path).status == 64
            )
            let accepted = await Console(
                ["rejects", "accept", "m/rebuild.yaml", "--note", "made for a test"],
                in: folder.path
            )
            #expect(accepted.status == 0, "\(accepted.remarks)")
            #expect(accepted.output.hasPrefix("accepted: 1 zz.jsonl:1 bad_json\n"))
            let swapped = await Console(try follow(accepted), in: folder.path)
            #expect(swapped.status == 0, "\(swapped.remarks)")
            #expect(swapped.output.contains("plan → swapped"))
        }
    }

    @Test func `doctor finds nothing in the way, or the first thing that is`() async throws {
        try await withJob { folder in
            let fine = await Console(["doctor", "m/rebuild.yaml"], in: folder.path)
            #expect(fine.status == 0, "\(fine.remarks)")
            let checks = fine.output.split(separator: "\n").dropFirst().map { $0.prefix { $0 != " " } }
            #expect(
                checks == [
                    "manifest", "archive", "target", "alias", "state", "ledger", "locks", "plan", "machine",
                    "libraries", "terminal", "proxy",
                ]
            )
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "m/.refold").path))
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "m/refold.db").path))
            for (set, status, code) in [
                ("archive=nowhere", 10, "archive.missing"),
                ("target.embedded=nowhere/x.db", 13, "index.unavailable"),
                ("carryForward=true", 64, "command.not_built"),
                ("hooks.beforeCutover=./none.sh", 64, "pipeline.refused"),
                ("hooks.beforeCutover=m/account.yaml", 12, "pipeline.not_permitted"),
            ] as [(String, Int32, String)] {
                let found = await Console(
                    ["doctor", "m/rebuild.yaml", "--set", set, "-ojson"],
                    in: folder.path
                )
                #expect(found.status == status, "\(found.remarks)")
                #expect(found.remarks.contains("[\(code)]"))
                let json = try JSONValue(parsing: ByteString(found.output))
                #expect(json["kind"] == "Doctor")
            }
            let proxied = await Console(
                ["doctor", "m/rebuild.yaml"],
                environment: ["HTTPS_PROXY": "http://user:secret@proxy"],
                in: folder.path
            )
            #expect(proxied.output.contains("set, and they act: HTTPS_PROXY"))
            #expect(!proxied.output.contains("secret"))
        }
    }

    @Test func `doctor finds a changed definition, a held lock and a damaged ledger`() async throws {
        try await withJob { folder in
            let words = ["doctor", "m/rebuild.yaml"]
            #expect(await Console(["run", "m/rebuild.yaml"], in: folder.path).status == 0)
            let model = folder.appending(path: "m/account.yaml")
            let text = try String(contentsOf: model, encoding: .utf8)
            try text.replacing("    Industry: Industry\n", with: "").write(
                to: model,
                atomically: true,
                encoding: .utf8
            )
            let changed = await Console(words, in: folder.path)
            #expect(changed.status == 64 && changed.remarks.contains("[pipeline.definition_changed]"))
            try text.write(to: model, atomically: true, encoding: .utf8)
            do {
                let lock = try RunLock.acquire(
                    path: folder.appending(path: "m/.refold/locks/alias-account.lock").path,
                    subject: "alias account",
                    holder: RunLock.Holder(run: "01X", state: "fold", since: 0),
                    now: 0
                )
                let held = await Console(words, in: folder.path)
                #expect(held.status == 11 && held.remarks.contains("[ledger.locked]"), "\(held.remarks)")
                withExtendedLifetime(lock) {}
            }
            #expect(await Console(words, in: folder.path).status == 0)
            let ledger = folder.appending(path: "m/.refold/ledger.db")
            try Data("no database at all, whatever its name says".utf8).write(to: ledger)
            let damaged = await Console(words, in: folder.path)
            #expect(
                damaged.status == 14 && damaged.remarks.contains("[ledger.damaged]"),
                "\(damaged.remarks)"
            )
        }
    }

    @Test func `plan warns of a compressed segment without bytes, which has no lines`() async throws {
        try await withJob { folder in
            try FileManager.default.removeItem(at: folder.appending(path: "a/catalog.json"))
            for name in ["x.jsonl.zst", "y.jsonl"] {
                try Data().write(to: folder.appending(path: "a/\(name)"))
            }
            let plan = await Console(["plan", "m/rebuild.yaml"], in: folder.path)
            #expect(plan.status == 0 && plan.output.contains("warning: segment x.jsonl.zst has no bytes"))
            #expect(!plan.output.contains("y.jsonl has no bytes"))
        }
    }

    /// Regression: every verb opened ledger and target to write.
    @Test func `verbs that only look need no right to write`() async throws {
        try await withJob { folder in
            #expect(await Console(["run", "m/rebuild.yaml"], in: folder.path).status == 0)
            let paths = ["m/refold.db", "m/.refold/ledger.db", "m/.refold", "m"].map {
                folder.appending(path: $0).path
            }
            let modes = [0o444, 0o444, 0o555, 0o555]
            for (path, mode) in zip(paths, modes) { #expect(chmod(path, mode_t(mode)) == 0) }
            defer { for path in paths { chmod(path, 0o755) } }
            let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            // The superuser may write all the same: what is written must not be.
            let content = try Data(contentsOf: folder.appending(path: "m/.refold/ledger.db"))
            for words in [["status"], ["runs"], ["plan"], ["rejects", "list"]] {
                let told = await Console(words + ["m/rebuild.yaml"], in: folder.path)
                #expect(told.status == 0, "\(words): \(told.remarks)")
            }
            #expect(try Data(contentsOf: folder.appending(path: "m/.refold/ledger.db")) == content)
            #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == before)
        }
    }

    @Test(arguments: [
        (["status"], "nothing says which target"), (["cutover", "01ABC"], "nothing says which target"),
        (["rollback", "--release", "nosuch"], "nothing says which target has nosuch"),
        (["rollback", "--release", "nosuch"], "nosuch is no job file, and there is no state folder here"),
        (["rollback", "m.yaml"], "m.yaml"),
        (["rejects", "list", "01ABC"], "there is no ledger here"),
        (["runs", "nowhere.yaml"], "nowhere.yaml"),
        (["rollback", "clients", "--set", "a=b"], "needs a job file"),
    ])
    func `a verb on runs says what it misses`(words: [String], message: String) async throws {
        try await withTemporaryFolder { folder in
            let console = await Console(words, in: folder.path)
            #expect(console.status == 64)
            #expect(console.remarks.contains(message), "\(console.remarks)")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }
}
