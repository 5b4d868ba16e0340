import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What a run sets aside, from the end that it causes to the night on which nothing of it is left.
@Suite struct RejectEndsTests {
    /// The archive with three lines that are no events, in a segment of their own.
    private func spoil(_ job: MadeJob) throws {
        try job.write("not json\n{\"a\":1}\n\u{FFFD}\n", to: "a/zz.jsonl")
        try FileManager.default.removeItem(at: job.folder.appending(path: "a/catalog.json"))
    }

    @Test func `a run that abortAt ends leaves its rejects, and the printed next command lists them`()
        async throws
    {
        try await MadeJob.with { job in
            try spoil(job)
            let ended = await job.rebuild("rejects.abortAt=1")
            #expect(ended.status == 3)
            #expect(ended.remarks.contains("[pipeline.too_many_rejects]"), "\(ended.remarks)")
            #expect(ended.remarks.contains(" next:  refold rejects list 0"))
            #expect(ended.output.isEmpty)
            let list = try await job.follow(ended)
            #expect(list.status == 0, "\(list.remarks)")
            #expect(list.output.contains("zz.jsonl") && list.output.contains("bad_json"))
            // The same command with room for them goes on with the same run.
            let swapped = await job.rebuild("rejects={ abortAt: 100, budget: 3 }", more: ["-ojson"])
            #expect(swapped.status == 0, "\(swapped.remarks)")
            let run = try #require(try swapped.json["run"]?.asString)
            #expect(ended.remarks.contains("refold rejects list \(run)"))
        }
    }

    @Test func `accepted rejects are counted beside the rejected ones, and stale ones are named`()
        async throws
    {
        try await MadeJob.with(more: "rejects: { accepted: known.ndjson }\n") { job in
            try spoil(job)
            let stopped = await job.rebuild()
            #expect(stopped.status == 3)
            let accepted = await job.run("rejects", "accept", "m/rebuild.yaml", "--note", "made for a test")
            #expect(accepted.status == 0, "\(accepted.remarks)")
            let swapped = try await job.follow(accepted)
            #expect(swapped.status == 0, "\(swapped.remarks)")
            #expect(swapped.output.contains(" + rejected 3 (accepted 3)  "), "\(swapped.output)")
            let list = await job.run("rejects", "list", "m/rebuild.yaml", "-ojson")
            let notes = try list.rows.map { $0["accepted"] }
            #expect(notes == Array(repeating: "made for a test", count: 3))
            // One of them is mended: its entry says nothing any more.
            try job.write("not json\n", to: "a/zz.jsonl")
            let later = await job.rebuild()
            #expect(later.status == 0, "\(later.remarks)")
            #expect(later.output.contains(" + rejected 1 (accepted 1)  "), "\(later.output)")
            #expect(later.output.contains("gate rejects reported"))
            #expect(later.output.contains("stale, 2 accepted no longer occur: zz.jsonl:2 no_header"))
            let json = await job.rebuild(more: ["-ojson"])
            let lines = try json.json["lines"]
            #expect(lines?["accepted"] == 1)
        }
    }

    @Test func `rejects are accepted with the job that init writes, or once the job names a file`()
        async throws
    {
        try await MadeJob.with { job in
            try spoil(job)
            try job.edit("m/rebuild.yaml") { $0.replacing(MadeJob.scaffoldedRejects, with: "") }
            let stopped = await job.rebuild(more: ["-ojson"])
            #expect(stopped.status == 3)
            let run = try #require(try stopped.json["run"]?.asString)
            let words = ["rejects", "accept", "m/rebuild.yaml", "--note", "known"]
            let nowhere = await Console(words, in: job.folder.path)
            #expect(nowhere.status == 64, "\(nowhere.remarks)")
            #expect(nowhere.remarks.contains("write `rejects: { accepted: "), "\(nowhere.remarks)")
            // As the job file stands now, by its name or by the run's id, without another run.
            try job.edit("m/rebuild.yaml") { $0 + "rejects: { accepted: accepted-rejects.ndjson }\n" }
            let one = await job.run("rejects", "accept", run, "1", "--note", "known", "--state-dir=m/.refold")
            #expect(one.status == 0 && one.output.contains("1 accepted in "), "\(one.remarks)")
            let rest = await Console(words, in: job.folder.path)
            #expect(rest.output.contains("2 accepted in "), "\(rest.output)")
            let again = await Console(words, in: job.folder.path)
            #expect(again.output.contains("nothing new"), "\(again.output)")
            let swapped = try await job.follow(again)
            #expect(swapped.status == 0, "\(swapped.remarks)")
        }
    }

    @Test func `one reject is shown with its line, or with the command that shows its aggregate`()
        async throws
    {
        try await MadeJob.with { job in
            try spoil(job)
            try job.write("\u{1B}[31m{\n" + String(repeating: "é", count: 300) + "\n", to: "a/zy.jsonl")
            try refuseAccounts(job)
            #expect(await job.rebuild().status == 3)
            let escaped = await job.run("rejects", "show", "m/rebuild.yaml", "1")
            #expect(escaped.output.contains("text        \\x1b[31m{\n"), "\(escaped.output)")
            #expect(escaped.output.contains("/a/zy.jsonl | sed -n 1p\n"))
            let long = try await job.run("rejects", "show", "m/rebuild.yaml", "2", "-ojson").json
            #expect(long["text"]?.asString == String(repeating: "é", count: 200) + "…")
            #expect(long["bytes"] == 600)
            let document = await job.run("rejects", "show", "m/rebuild.yaml", "9")
            let look = try #require(document.output.split(separator: "\n").first { $0.hasPrefix("look ") })
            let words = look.split(separator: " ").dropFirst(2).map(String.init)
            let state = await Console(words, in: job.folder.path)
            #expect(state.status == 0 && state.output.contains("\"Industry\":"), "\(look): \(state.remarks)")
            try job.write("{}\n", to: "a/zy.jsonl")
            let changed = await job.run("rejects", "show", "m/rebuild.yaml", "1")
            #expect(changed.status == 0)
            #expect(changed.output.contains("is not the one that was set aside"), "\(changed.output)")
        }
    }

    @Test func `a share that accepted rejects bring down names them as the likely cause`() async throws {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            try refuseAccounts(job)
            #expect(await job.rebuild().status == 4)
            #expect(await job.run("rejects", "accept", "m/rebuild.yaml", "--note", "known").status == 0)
            let stopped = await job.rebuild()
            #expect(stopped.status == 4 && stopped.remarks.contains("[gate.share]"), "\(stopped.remarks)")
            #expect(
                stopped.remarks.contains("accepted rejects first, the likely cause"),
                "\(stopped.remarks)"
            )
        }
    }

    @Test func `plan tells that rejects are over the budget, and which run goes on`() async throws {
        try await MadeJob.with { job in
            try spoil(job)
            let fresh = await job.run("plan", "m/rebuild.yaml")
            #expect(fresh.status == 0)
            #expect(
                fresh.output.contains("warning: 3 rejects that nobody accepted, rejects.budget is 0"),
                "\(fresh.output)"
            )
            let stopped = try await job.rebuild(more: ["-ojson"]).json
            let run = try #require(stopped["run"]?.asString)
            let plan = try await job.run("plan", "m/rebuild.yaml", "-ojson").json
            let index = stopped["readModels"]?.asArray?.first?["index"]
            #expect(plan["readModels"]?.asArray?.first?["index"] == index)
            #expect(plan["abandoned"] == [])
            #expect(
                plan["warnings"]?.asTexts?.contains { $0.hasPrefix("the next run goes on with run \(run)") }
                    == true
            )
            #expect(await job.run("rejects", "accept", "m/rebuild.yaml", "--note", "known").status == 0)
            let accepted = await job.run("plan", "m/rebuild.yaml")
            #expect(!accepted.output.contains("nobody accepted"), "\(accepted.output)")
        }
    }

    @Test func `one more reject than the budget stops the swap, the accepted ones not counted`() async throws
    {
        try await MadeJob.with(more: "rejects: { accepted: known.ndjson, budget: 1 }\n") { job in
            try spoil(job)
            #expect(await job.rebuild().status == 3)
            let one = await job.run("rejects", "accept", "m/rebuild.yaml", "2", "--note", "known")
            #expect(one.output.hasPrefix("accepted: 2 zz.jsonl:2 no_header\n"), "\(one.remarks)")
            #expect(await job.rebuild().status == 3)
            _ = await job.run("rejects", "accept", "m/rebuild.yaml", "1", "--note", "known")
            let swapped = await job.rebuild()
            #expect(swapped.status == 0, "\(swapped.remarks)")
            #expect(swapped.output.contains(" + rejected 3 (accepted 2)  "))
            #expect(swapped.output.contains("gate rejects reported: 3 rejects, 2 of them accepted"))
        }
    }

    @Test func `documents that are set aside belong to their read model, a bad line counts once`()
        async throws
    {
        let both = "account.yaml, contact.yaml"
        try await MadeJob.with(more: "rejects: { budget: 1000 }\n", readModels: both) { job in
            try spoil(job)
            // Every account is refused: its industry is no number.
            try job.edit("m/account.yaml") {
                $0.replacing(
                    "    Industry: Industry\n",
                    with: "    Industry: { from: Industry, type: long }\n"
                )
            }
            let run = await job.rebuild("verify.minimumShareOfPrevious=0", more: ["-ojson"])
            #expect(run.status == 0, "\(run.remarks)")
            let json = try run.json
            #expect(json["lines"]?["rejected"] == 3)
            let models = try #require(json["readModels"]?.asArray)
            #expect((models[0]["documents"]?["rejected"]?.asInt64 ?? 0) > 0)
            #expect(models[1]["documents"]?["rejected"] == 0)
            #expect(models.map { $0["recordIDs"]?["rejected"] } == [0, 0])
            let list = await job.run("rejects", "list", "m/rebuild.yaml", "-ojson")
            let rows = try list.rows
            #expect(rows.count { $0["readModel"] == .null } == 3)
            #expect(rows.count { $0["readModel"] == "account" && $0["why"] == "field_conversion" } > 0)
            #expect(rows.count { $0["readModel"] == "contact" } == 0)
        }
    }

    @Test func `a gate that only tells the consequence leaves the rejects named, and next lists them`()
        async throws
    {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            try refuseAccounts(job)
            let stopped = await job.rebuild()
            #expect(stopped.status == 4, "\(stopped.remarks)")
            #expect(stopped.remarks.contains("[gate.share]"))
            #expect(stopped.remarks.contains("also failed: rejects: "), "\(stopped.remarks)")
            #expect(stopped.remarks.contains("look at the rejects first"))
            #expect(stopped.output.contains("next: refold rejects list "), "\(stopped.output)")
            let list = try await job.follow(stopped)
            #expect(list.status == 0 && list.output.contains("field_conversion"), "\(list.remarks)")
            let json = await job.rebuild(more: ["-ojson"])
            #expect(try json.json["next"]?.asString?.hasPrefix("refold rejects list ") == true)
            let told = try #require(json.remarks.split(separator: "\n").last)
            let error = try JSONValue(parsing: ByteString(String(told)))
            #expect(error["code"] == "gate.share")
            #expect(error["cause"]?.asString?.contains("also failed: rejects: ") == true)
            // Within the budget the rejects are still what the share gate misses.
            let within = await job.rebuild("rejects.budget=1000")
            #expect(within.status == 4)
            #expect(within.output.contains("next: refold rejects list "), "\(within.output)")
        }
    }

    @Test func `the list groups rejects that are alike and names their field`() async throws {
        try await MadeJob.with(events: 400) { job in
            try spoil(job)
            try refuseAccounts(job)
            #expect(await job.rebuild().status == 3)
            let all = try await job.run("rejects", "list", "m/rebuild.yaml", "-ojson").rows
            let alike = all.count { $0["field"] == "Industry" }
            #expect(alike > 10 && all.count == alike + 3)
            let list = await job.run("rejects", "list", "m/rebuild.yaml")
            let lines = list.output.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.split(separator: " ").map(String.init)
            }
            let rows = lines.dropFirst().prefix { $0.first != "…" }
            #expect(rows.count == 13, "\(list.output)")
            #expect(rows.contains { $0.suffix(2) == ["account", "Industry"] && $0[1...2] == ["—", "—"] })
            #expect(rows.contains { $0.prefix(5) == ["1", "zz.jsonl", "1", "—", "bad_json"] })
            #expect(list.output.contains("… \(alike - 10) more like these; --output json lists every one\n"))
            let groups = try #require(lines.firstIndex { $0.first == "REJECTS" })
            #expect(lines[groups + 1].prefix(4) == ["\(alike)", "field_conversion", "Industry", "account"])
            #expect(list.output.contains("field Industry: long takes no such text"))
        }
    }

    /// A wrong type that refuses every account with an industry.
    private func refuseAccounts(_ job: MadeJob) throws {
        try job.edit("m/account.yaml") {
            $0.replacing("version: 1 ", with: "version: 2 ").replacing(
                "    Industry: Industry\n",
                with: "    Industry: { from: Industry, type: long }\n"
            )
        }
    }

    @Test func `refused documents are accepted by key, and the same run is judged again`() async throws {
        try await MadeJob.with(more: "rejects: { accepted: known.ndjson }\n") { job in
            try job.edit("m/account.yaml") {
                $0.replacing(
                    "    Industry: Industry\n",
                    with: "    Industry: { from: Industry, type: long }\n"
                )
            }
            let stopped = await job.rebuild(more: ["-ojson"])
            #expect(stopped.status == 3, "\(stopped.remarks)")
            let report = try stopped.json
            let count = try #require(report["readModels"]?.asArray?.first?["documents"]?["rejected"]?.asInt64)
            #expect(count > 0)
            let accepted = await job.run("rejects", "accept", "m/rebuild.yaml", "--note", "known")
            let swapped = try await job.follow(accepted)
            #expect(swapped.status == 0, "\(swapped.remarks)")
            #expect(
                swapped.output.contains(" + rejected \(count) (accepted \(count))  "),
                "\(swapped.output)"
            )
            #expect(swapped.output.contains("run \(report["run"]?.asString ?? "")  "))
            let known = try String(contentsOf: job.folder.appending(path: "m/known.ndjson"), encoding: .utf8)
            #expect(known.split(separator: "\n").count == Int(count))
            #expect(known.contains("\"why\":\"field_conversion\"") && !known.contains("\"segment\""))
        }
    }
}
