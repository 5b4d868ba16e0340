import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// The keys of a job that decide about the swap, each with both of its ends.
@Suite struct GateEndsTests {
    @Test func `a hook that says no ends with 5, is told of the run, and asked again by the same command`()
        async throws
    {
        try await MadeJob.with(more: "hooks: { beforeCutover: ./check.sh }\n") { job in
            let script = "#!/bin/sh\necho \"$REFOLD_JOB $REFOLD_RUN $REFOLD_INDICES\" > told\ntest -e agree\n"
            try job.write(
                script.replacing("told", with: "'\(job.folder.path)/told'")
                    .replacing("agree", with: "'\(job.folder.path)/agree'"),
                to: "m/check.sh"
            )
            let held = await job.rebuild()
            #expect(held.status == 12, "a file that may not be executed: \(held.remarks)")
            #expect(held.remarks.contains("the hook cannot be started"))
            #expect(chmod(job.folder.appending(path: "m/check.sh").path, 0o755) == 0)
            let no = await job.rebuild()
            #expect(no.status == 5, "\(no.remarks)")
            #expect(no.remarks.contains("[gate.hook]"))
            #expect(try await job.serving() == [:])
            let told = try String(contentsOf: job.folder.appending(path: "told"), encoding: .utf8)
            #expect(told.hasPrefix("rebuild 0") && told.contains(" account-v1-"))
            try job.write("", to: "agree")
            let yes = try await job.follow(no)
            #expect(yes.status == 0, "\(yes.remarks)")
            #expect(try await job.serving().keys.sorted() == ["account"])
        }
    }

    @Test(
        arguments: [
            ("verify.digest=sampled", 0, "swapped"), ("verify.digest=none", 0, "swapped"),
            (
                "verify.canaries=[{ name: some, readModel: account, query: { match_all: {} }, hits: { min: 1 } }]",
                0, "swapped"
            ),
            (
                "verify.canaries=[{ name: few, readModel: account, query: { match_all: {} }, hits: { max: 1 } }]",
                4, "refused"
            ),
            ("verify.gaps={ budget: 1 }", 0, "swapped"), ("verify.gaps={ budget: 0 }", 3, "refused"),
            ("cutover.mode=manual", 0, "ready"), ("cutover.keep=1", 0, "swapped"),
        ] as [(String, Int32, String)]
    )
    func `a key of verify or cutover ends a run as it says`(
        setting: String,
        status: Int32,
        outcome: String
    )
        async throws
    {
        try await MadeJob.with { job in
            let run = await job.rebuild(setting, more: ["-ojson"])
            #expect(run.status == status, "\(run.remarks)")
            let json = try run.json
            #expect(json["outcome"]?.asString == outcome)
        }
    }

    @Test func `gaps and marks over their budgets end with 3, without budgets they are told`() async throws {
        let tricky = fixtures.deletingLastPathComponent().appending(path: "cdc-tricky/archive")
        try await withTemporaryFolder { folder in
            try FileManager.default.copyItem(at: tricky, to: folder.appending(path: "a"))
            let job = MadeJob(folder: folder)
            try job.write(
                """
                apiVersion: refold/v1
                kind: ReadModel
                name: all
                version: 1
                events: { format: salesforce-cdc }
                aggregate: { entities: [Account, Contact, Opportunity, Lead], fold: merge }
                document: { id: $key, fields: { id: $id } }
                index: { alias: all, mappings: { dynamic: strict, properties: { id: { type: keyword } } } }

                """,
                to: "all.yaml"
            )
            try FileManager.default.createDirectory(
                at: folder.appending(path: "m"),
                withIntermediateDirectories: false
            )
            try job.write(
                """
                apiVersion: refold/v1
                kind: Rebuild
                name: tricky
                archive: ../a
                readModels: [../all.yaml]
                target: { embedded: x.db }
                rejects: { budget: 1000 }

                """,
                to: "m/rebuild.yaml"
            )
            let told = await job.rebuild("cutover.mode=manual")
            #expect(told.status == 0, "\(told.remarks)")
            #expect(told.output.contains("gate gaps reported (all)"), "\(told.output)")
            #expect(told.output.contains("gate marks reported"), "\(told.output)")
            // Every live aggregate is in a sum or counted as one without a document.
            let states = await job.run("state", "--all", "a")
            let entities = ["Account", "Contact", "Opportunity", "Lead"].map { #""entity":"\#($0)""# }
            let live = states.output.split(separator: "\n").filter { line in
                line.contains(#""state":"live""#) && entities.contains(where: line.contains)
            }
            let report = try await job.rebuild("cutover.mode=manual", more: ["-ojson"]).json
            let documents = report["readModels"]?.asArray?.first?["documents"]
            let absent = try #require(documents?["withoutDocument"]?["empty"]?.asInt64)
            #expect(absent > 0 && documents?["sent"]?.asInt64 == Int64(live.count) - absent)
            #expect(told.output.contains("no document "), "\(told.output)")
            let bare = live.filter { $0.contains(#""gap""#) && $0.contains(#""fields":{}"#) }
            #expect(documents?["gapsWithoutDocument"]?.asInt64 == Int64(bare.count) && !bare.isEmpty)
            for (setting, gate) in [
                ("verify.gaps={ budget: 0 }", "gaps"), ("verify.marks={ budget: 0 }", "marks"),
            ] {
                let over = await job.rebuild(setting)
                #expect(over.status == 3, "\(over.remarks)")
                #expect(over.remarks.contains("[gate.\(gate)]"))
            }
            #expect(await job.rebuild().status == 0)
        }
    }

    @Test
    func `an index with too few documents of the one before is not swapped in unless the share allows it`()
        async throws
    {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            let before = try await job.serving()
            try job.edit("m/account.yaml") {
                $0.replacing("version: 1 ", with: "version: 2 ").replacing(
                    "  id: $id\n",
                    with: "  id: $id\n  where: { Industry: { gte: M } }\n"
                )
            }
            let few = await job.rebuild()
            #expect(few.status == 4, "\(few.output)")
            #expect(few.remarks.contains("[gate.share]"), "\(few.remarks)")
            #expect(try await job.serving() == before)
            let allowed = await job.rebuild("verify={ minimumShareOfPrevious: 0, behind: allow }")
            #expect(allowed.status == 0, "\(allowed.remarks)")
            #expect(try await job.serving() != before)
        }
    }

    @Test(arguments: [true, false])
    func `several read models swap together, or one after the other, and go back`(together: Bool) async throws
    {
        try await MadeJob.with(readModels: "account.yaml, contact.yaml") { job in
            let set = "cutover.together=\(together)"
            #expect(await job.rebuild(set).status == 0)
            let before = try await job.serving()
            let second = await job.rebuild(set)
            #expect(second.status == 0, "\(second.remarks)")
            let after = try await job.serving()
            #expect(before.keys.sorted() == ["account", "contact"])
            #expect(before["account"] != after["account"] && before["contact"] != after["contact"])
            let back = try await job.follow(second)
            #expect(back.status == 0, "\(back.remarks)")
            #expect(try await job.serving() == before)
        }
    }

    @Test func `a manual cut-over waits with 0 until cutover swaps it, and leaves no work files`()
        async throws
    {
        try await MadeJob.with(more: "cutover: { mode: manual }\n") { job in
            let ready = await job.rebuild()
            #expect(ready.status == 0)
            #expect(try await job.serving() == [:])
            #expect(try job.workFiles() != [])
            let swapped = try await job.follow(ready)
            #expect(swapped.status == 0, "\(swapped.remarks)")
            #expect(try await job.serving().keys.sorted() == ["account"])
            #expect(try job.workFiles() == [])
            let status = await job.run("status", "m/rebuild.yaml")
            #expect(status.output.contains("swapped, serving"), "\(status.output)")
        }
    }

    @Test func `a protected target asks for consent to cutover, rollback and prune, never to run`()
        async throws
    {
        let target = "apiVersion: refold/v1\nkind: Target\nname: prod\nembedded: refold.db\nprotect: true\n"
        try await MadeJob.with(more: "cutover: { mode: manual, keep: 1 }\n") { job in
            try job.write(target, to: "m/prod.yaml")
            try job.edit("m/rebuild.yaml") { text in
                text.replacing(
                    "target:\n  embedded: refold.db           # a SQLite file; an alias is a view in it\n",
                    with: "target: prod.yaml\n"
                )
            }
            #expect(await job.rebuild().status == 0)
            let job1 = "m/rebuild.yaml"
            #expect(await job.run("cutover", job1).remarks.contains("[command.consent]"))
            #expect(await job.run("cutover", job1, "--yes").status == 0)
            #expect(await job.rebuild("cutover.mode=auto").status == 0)
            #expect(await job.run("rollback", job1).status == 64)
            #expect(await job.run("prune", job1, "--keep=1").status == 64)
            #expect(await job.run("prune", job1, "--keep=1", "--dry-run").status == 0)
            #expect(await job.run("prune", job1, "--keep=1", "--yes").status == 0)
        }
    }

    @Test func `keep says how many complete indices stay, the serving one included`() async throws {
        try await MadeJob.with { job in
            for count in 1...3 {
                #expect(await job.rebuild("cutover.keep=3").status == 0)
                let complete = try await indices(job)
                #expect(complete == count)
            }
            let fewer = await job.rebuild("cutover.keep=1")
            #expect(fewer.status == 0)
            #expect(fewer.output.contains("deleted: account-v1-"))
            let complete = try await indices(job)
            #expect(complete == 1)
            let plan = await job.run("plan", "m/rebuild.yaml", "--set", "cutover.keep=1", "--quick")
            #expect(plan.output.contains("warning: cutover.keep is 1: no index stays for a rollback"))
        }
    }

    /// The complete indices of the target, asked without the job.
    private func indices(_ job: MadeJob) async throws -> Int {
        try job.write("apiVersion: refold/v1\nkind: Target\nname: t\nembedded: m/refold.db\n", to: "t.yaml")
        let prune = await job.run("prune", "--target", "t.yaml", "--dry-run", "--keep=1000", "-ojson")
        return try prune.json["kept"]?.asArray?.count ?? -1
    }
}
