import Foundation
import RefoldArchive
import RefoldSQLite
import Testing

@Suite(.startsProcesses) struct BadInputTests {
    @Test(
        arguments: [
            (["--set", "archive=nowhere"], 10, "[archive.missing]", "nowhere"),
            // A folder in which nobody may make a file, the superuser neither.
            (
                ["--set", "target.embedded=/sys/x.db"], 12, "[pipeline.not_permitted]",
                "let this user write in /sys ("
            ),
            (["--set", "target.embedded=nowhere/x.db"], 13, "[pipeline.target]", "nowhere/x.db"),
            (["--set", "target.embedded=m/job.yaml/x.db"], 13, "[pipeline.target]", "Not a directory"),
            (["--set", "target.embedded=m"], 13, "[index.unavailable]", "Is a directory"),
            (["--state-dir=/proc/x"], 12, "[ledger.not_permitted]", "--state-dir"),
            (["--state-dir=m/job.yaml"], 12, "[ledger.not_permitted]", "--state-dir"),
            (["--state-dir=m/job.yaml/x"], 12, "[ledger.not_permitted]", "--state-dir"),
            (["--set", "cutover.kep=3"], 64, "did you mean", "keep"),
            (["--set", "replay.memory=much"], 64, "--set replay.memory=much", "^"),
        ] as [([String], Int32, String, String)]
    )
    func `what cannot be read or written ends with its status, says which, and leaves nothing half done`(
        words: [String],
        status: Int32,
        remark: String,
        more: String
    ) async throws {
        try await Workplace.with(events: 60) { place in
            let told = try await place.run(words)
            #expect(told.status == status, told.everything)
            #expect(told.remarks.contains(remark), told.everything)
            #expect(told.remarks.contains(more), told.everything)
            #expect(told.output.isEmpty)
            #expect(!place.has("m/x.db"))
        }
    }

    @Test func `every problem of a manifest is told at once, with line and caret`() async throws {
        try await Workplace.with(events: 60) { place in
            try place.replace("fold: merge", with: "fold: merg", in: "m/clients.yaml")
            try place.replace("dynamic: strict", with: "dynamc: strict", in: "m/clients.yaml")
            try place.writeJob(more: "rejects: { budgt: 1 }")
            let told = try await place.run()
            #expect(told.status == 64, told.everything)
            for problem in ["merg", "dynamc", "budgt"] { #expect(told.remarks.contains(problem)) }
            #expect(told.remarks.components(separatedBy: "^").count > 3, told.everything)
        }
    }

    @Test(arguments: [true, false])
    func `a damaged frame refuses the run and is named, and salvage goes on and says what was left out`(
        hasCatalog: Bool
    ) async throws {
        try await Workplace.with(events: 1_500) { place in
            if !hasCatalog { try place.forgetCatalog() }
            let archive = try Archive.open(at: place.folder.appending(path: "a").path)
            let segment = archive.segments[1].name
            let file = place.folder.appending(path: "a/\(segment)")
            var bytes = try Data(contentsOf: file)
            let whole = bytes
            bytes[bytes.count / 2] ^= 0xff
            try bytes.write(to: file)

            let told = try await place.run()
            #expect(told.status == 10, told.everything)
            let damage = told.remarks.firstMatch(of: #/error: frame (\d+) of (\S+) is damaged/#)
            #expect(damage?.2 == segment[...], told.everything)
            #expect(Int(damage?.1 ?? "") ?? 0 > 0, "a frame in the middle: \(told.everything)")
            #expect(
                told.remarks.firstMatch(of: #/where: compressed byte [1-9][0-9,]*, decompressed byte [1-9]/#)
                    != nil
            )
            #expect(told.remarks.contains("--salvage"))
            #expect(!place.has("m/x.db"))

            let salvaged = try await place.refold(
                ["run", Workplace.job, "--salvage", "--state-dir=s", "--set", "target.embedded=salvaged.db"]
            )
            #expect(salvaged.status == 0, salvaged.everything)
            #expect(
                salvaged.output.contains("salvage: \(segment): frame \(damage?.1 ?? "")"),
                salvaged.everything
            )
            #expect(salvaged.output.components(separatedBy: "  closes\n").count == 4, salvaged.everything)

            // Mended, the same command goes on.
            try whole.write(to: file)
            let mended = try await place.type(try #require(told.follow))
            #expect(mended.status == 0, mended.everything)
        }
    }

    /// Regression: a ready run that had dropped a frame was swapped in by a command without leave to drop any, and went
    /// on leaving the frame out after it was mended.
    @Test func `leave to salvage ends with its command, and a mended segment is read again`() async throws {
        try await Workplace.with(events: 1_500) { place in
            let whole = try await place.refold(
                ["run", Workplace.job, "--set", "target.embedded=ref.db", "--state-dir=ref"]
            )
            #expect(whole.status == 0, whole.everything)
            let archive = try Archive.open(at: place.folder.appending(path: "a").path)
            let file = place.folder.appending(path: "a/\(archive.segments[1].name)")
            let good = try Data(contentsOf: file)
            var bad = good
            bad[bad.count / 2] ^= 0xff
            try bad.write(to: file)

            let lossy = ["run", Workplace.job, "--salvage", "--set", "cutover.mode=manual"]
            let ready = try await place.refold(lossy)
            #expect(ready.status == 0, ready.everything)
            #expect(ready.output.contains("salvage: "))
            let told = try await place.refold(["status", Workplace.job])
            #expect(
                told.output.contains("ready, salvaged") && told.output.contains("\nsalvage  "),
                told.everything
            )
            let runs = try await place.refold(["runs", Workplace.job])
            #expect(runs.output.contains(", salvaged"), runs.everything)
            let refused = try await place.run()
            #expect(refused.status == 10, refused.everything)
            #expect(try place.serving() == nil)

            try good.write(to: file)
            let again = try await place.refold(lossy)
            #expect(again.status == 0, again.everything)
            #expect(!again.output.contains("salvage: "), again.everything)
            let mended = try await place.run()
            #expect(mended.status == 0, mended.everything)
            #expect(!mended.output.contains("salvage: "), mended.everything)
            #expect(try place.documents() == place.documents(in: "ref.db"))
        }
    }

    /// Regression: an entity's name with a slip gave an index without documents, swapped with 0 and without a word.
    @Test func `a read model of whose entities there is no event is refused, with the nearest that has one`()
        async throws
    {
        try await Workplace.with(events: 300) { place in
            try place.replace("[Account]", with: "[Acount]", in: "m/clients.yaml")
            let sentence =
                "entity `Acount` of clients is named by no event of the archive; did you mean `Account`?"
            let planned = try await place.refold(["plan", Workplace.job])
            #expect(planned.status == 0 && planned.output.contains(sentence), planned.everything)
            #expect(planned.output.contains("a run ends with 10"), planned.everything)
            let told = try await place.run()
            #expect(told.status == 10, told.everything)
            #expect(told.remarks.contains(sentence), told.everything)
            #expect(told.remarks.contains("m/clients.yaml:"), told.everything)
            // One of several is told and stops nothing.
            try place.replace("[Acount]", with: "[Account, Acount]", in: "m/clients.yaml")
            try place.replace("id: $id", with: "id: $key", in: "m/clients.yaml")
            let partly = try await place.run()
            #expect(partly.status == 0 && partly.output.contains(sentence), partly.everything)
        }
    }

    @Test func `documents that the mapping refuses are rejects, named, and stop the swap with 3`()
        async throws
    {
        try await Workplace.with(events: 200) { place in
            try place.replace(
                "currency: { type: keyword }",
                with: "currency: { type: long }",
                in: "m/clients.yaml"
            )
            let told = try await place.run()
            #expect(told.status == 3, told.everything)
            #expect(told.remarks.contains("[gate.rejects]"))
            #expect(told.remarks.contains(" mapping_refused"), told.everything)
            #expect(try place.serving() == nil)
            let list = try await place.type(try #require(told.follow))
            #expect(list.status == 0, list.everything)
            #expect(list.output.contains(" mapping_refused "))
            let every = try await place.type(try #require(told.follow) + " --output=json")
            let rows = every.lines.filter { $0.contains("\"why\":\"mapping_refused\"") }
            let sums = told.output.firstMatch(
                of: #/documents +(\d+) = indexed (\d+) .* rejected (\d+) +closes/#
            )
            let parts = try [#require(sums).1, #require(sums).2, #require(sums).3].compactMap { Int($0) }
            #expect(parts.count == 3 && parts[0] == parts[1] + parts[2])
            #expect(rows.count == parts.last && !rows.isEmpty, list.everything)
        }
    }

    @Test func `a table under the alias's name is left alone, with 14`() async throws {
        try await Workplace.with(events: 60) { place in
            let connection = try place.connection("m/x.db", .create)
            try connection.execute("CREATE TABLE clients(a); INSERT INTO clients VALUES('mine')")
            try connection.close()
            let told = try await place.run()
            #expect(told.status == 14, told.everything)
            #expect(told.remarks.contains("[pipeline.occupied]"))
            #expect(try place.texts("SELECT a FROM clients") == ["mine"])
            // Out of the way, the command that was printed works.
            let mover = try place.connection()
            try mover.execute("ALTER TABLE clients RENAME TO mine")
            try mover.close()
            let next = try await place.type(try #require(told.follow))
            #expect(next.status == 0, next.everything)
            #expect(try place.texts("SELECT a FROM mine") == ["mine"])
        }
    }

    @Test(arguments: [0.1, 0.5, 0.9])
    func `a cut ledger is 14 and swaps nothing; moved away, the run starts afresh`(share: Double) async throws
    {
        try await Workplace.with(events: 60) { place in
            #expect(try await place.run().status == 0)
            let serving = try place.serving()
            let ledger = place.folder.appending(path: "m/.refold/ledger.db")
            let bytes = try Data(contentsOf: ledger)
            try bytes.prefix(Int(Double(bytes.count) * share)).write(to: ledger)
            let told = try await place.run()
            #expect(told.status == 14, told.everything)
            #expect(told.remarks.contains("[ledger.damaged]"))
            #expect(try place.serving() == serving)
            // The command moves the ledger away itself.
            let next = try await place.type(try #require(told.follow))
            #expect(next.status == 0, next.everything)
            #expect(try place.serving() != serving)
        }
    }

    @Test func `an archive that lost a segment is 14 for a run that has begun`() async throws {
        try await Workplace.with(events: 300) { place in
            try place.forgetCatalog()
            let failed = try await place.run(failpoint: "index.before:fail")
            #expect(failed.status == 1, failed.everything)
            try place.move("a/events-000001.jsonl.zst", to: "away")
            let told = try await place.run()
            #expect(told.status == 14, told.everything)
            #expect(told.remarks.contains("events-000001.jsonl.zst"), told.everything)
            // It starts over, as the line says; or the segment comes back.
            #expect(told.follow?.hasSuffix("--fresh") == true, told.everything)
            try place.move("away", to: "a/events-000001.jsonl.zst")
            let back = try await place.run()
            #expect(back.status == 0, back.everything)
        }
    }
}
