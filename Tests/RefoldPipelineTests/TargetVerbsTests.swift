import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel
import RefoldPipeline
import Testing

extension Workshop {
    /// The verbs as another machine would use them: the target alone.
    func verbs(ledger: Ledger? = nil) -> TargetVerbs {
        TargetVerbs(
            target: target,
            ledger: ledger,
            stateFolder: nil,
            now: environment(MemoryFold(snapshots: [])).now,
            invocation: Invocation(jobFile: ""),
            stop: StopSignal()
        )
    }
}

@Suite struct TargetVerbsTests {
    private let old = MemoryFold(snapshots: accounts(0..<5))
    private let new = MemoryFold(snapshots: accounts(0..<6, version: 2_000, name: "m"))

    @Test(arguments: ["run", "alias", "prefix"])
    func `a rollback with the target alone goes back, tells what is newer, and holds`(
        how: String
    ) async throws {
        let workshop = try Workshop()
        let first = try await workshop.run(old)
        let second = try await workshop.run(new)
        let name = how == "run" ? second.run : how == "alias" ? "clients" : second.run.lowercased()
        let report = try await workshop.verbs().rollBack(name)
        #expect(report.run == second.run)
        #expect(report.moves.map(\.was) == [second.readModels[0].index])
        #expect(report.moves.map(\.now) == [first.readModels[0].index])
        #expect(report.newer.map(\.count) == [6])
        #expect(report.follow.command == "refold cutover \(second.run)")
        #expect(try await workshop.documents()["001"] == #"{"Name":"n1"}"#)

        let held = try await workshop.run(new)
        #expect(held.outcome == .held)
        #expect(held.failure == .notSwapped)
        #expect(held.decisive?.name == .held)
        #expect(held.follow.command.hasPrefix("refold cutover \(held.run)"))
        #expect(try await workshop.documents()["001"] == #"{"Name":"n1"}"#)
        // What the rollback left may come back: nothing of it was deleted.
        #expect(try await workshop.indices().count == 3)

        #expect(try await workshop.verbs().release("clients") == [first.readModels[0].index])
        let released = try await workshop.run(new)
        #expect(released.run == held.run)
        #expect(released.outcome == .swapped)
        #expect(try await workshop.documents()["001"] == #"{"Name":"m1"}"#)
    }

    @Test func `a rollback repeated says that nothing moved, and cutover takes it back and ends the hold`()
        async throws
    {
        let workshop = try Workshop()
        _ = try await workshop.run(old)
        let second = try await workshop.run(new)
        let once = try await workshop.verbs().rollBack(second.run)
        let twice = try await workshop.verbs().rollBack(second.run)
        #expect(!once.movedNothing)
        #expect(twice.movedNothing)
        #expect(twice.moves.map(\.now) == once.moves.map(\.now))
        let forward = try await workshop.verbs().cutOver(second.run)
        #expect(forward.follow.command == "refold rollback \(second.run)")
        #expect(try await workshop.documents()["001"] == #"{"Name":"m1"}"#)
        #expect(try await workshop.indices().allSatisfy { $0.mark?.hold == nil })
        let states = try await workshop.indices().map { $0.mark?.state }
        #expect(Set(states) == ["serving", "retired"])
    }

    @Test func `a first index has nothing to go back to`() async throws {
        let workshop = try Workshop()
        let first = try await workshop.run(old)
        await #expect {
            _ = try await workshop.verbs().rollBack(first.run)
        } throws: { ($0 as? PipelineError)?.kind == .usage }
        await #expect {
            _ = try await workshop.verbs().rollBack("nothing")
        } throws: { ($0 as? PipelineError)?.code == "pipeline.unknown" }
    }

    @Test func `cutover of a ready run swaps and tells the ledger; a refused run is not ready`() async throws
    {
        let workshop = try Workshop()
        let ready = try await workshop.run(old, job: workshop.job { $0.cutover.mode = .manual })
        let ledger = try Ledger(folder: workshop.stateFolder)
        let report = try await workshop.verbs(ledger: ledger).cutOver(ready.run)
        #expect(report.moves.map(\.alias) == ["clients"])
        #expect(try await workshop.documents().count == 5)
        #expect(try await ledger.run(ready.run).outcome == "swapped")

        var bad = Reject(why: "bad_json")
        bad.segment = "a"
        let refused = try await workshop.run(
            MemoryFold(snapshots: accounts(0..<5, version: 3_000), rejects: [bad])
        )
        await #expect {
            _ = try await workshop.verbs(ledger: ledger).cutOver(refused.run)
        } throws: { ($0 as? PipelineError)?.code == "pipeline.refused" }
    }

    @Test func `cutover of a run whose alias has moved on is refused`() async throws {
        let workshop = try Workshop()
        let ready = try await workshop.run(old, job: workshop.job { $0.cutover.mode = .manual })
        _ = try await workshop.run(new)
        _ = try await workshop.run(MemoryFold(snapshots: accounts(0..<6, version: 4_000)))
        await #expect {
            _ = try await workshop.verbs().cutOver(ready.run)
        } throws: { ($0 as? PipelineError)?.kind == .moved }
        #expect(try await workshop.documents().count == 6)
    }

    @Test func `prune keeps the serving index and as many complete ones as asked`() async throws {
        let workshop = try Workshop()
        for version in 1...4 {
            _ = try await workshop.run(
                MemoryFold(snapshots: accounts(0..<3, version: Int64(version) * 1_000)),
                job: workshop.job { $0.cutover.keep = 9 }
            )
        }
        #expect(try await workshop.indices().count == 4)
        let rehearsal = try await workshop.verbs().prune(keep: 2, isRehearsal: true)
        #expect(rehearsal.deleted.count == 2)
        #expect(try await workshop.indices().count == 4)
        let report = try await workshop.verbs().prune(keep: 2)
        #expect(report.deleted == rehearsal.deleted)
        #expect(Set(try await workshop.indices().map(\.identity.name)) == Set(report.kept))
        #expect(try await workshop.documents().count == 3)
    }

    @Test func `runs are told by ledger and target together, aliases with what serves`() async throws {
        let workshop = try Workshop()
        let first = try await workshop.run(old)
        let second = try await workshop.run(new)
        let ledger = try Ledger(folder: workshop.stateFolder)
        let both = try await workshop.verbs(ledger: ledger).runs()
        #expect(both.map(\.run) == [second.run, first.run])
        #expect(both.map(\.state) == ["swapped", "swapped"])
        #expect(both.map(\.isServing) == [true, false])
        let alone = try await workshop.verbs().runs()
        #expect(alone.map(\.state) == ["serving", "retired"])
        let aliases = try await workshop.verbs().aliases()
        #expect(aliases.map(\.run) == [second.run])
        #expect(aliases.map(\.readModel) == ["clients v1"])
    }

    @Test func `accepted rejects go to the job's file and no longer count`() async throws {
        let workshop = try Workshop()
        var bad = Reject(why: "bad_json")
        bad.segment = "a.jsonl"
        bad.line = 3
        bad.sha256 = "ff"
        let fold = MemoryFold(snapshots: accounts(0..<5), rejects: [bad])
        let job = workshop.job { $0.rejects.acceptedFile = workshop.folder + "/accepted.ndjson" }
        let refused = try await workshop.run(fold, job: job)
        let ledger = try Ledger(folder: workshop.stateFolder)
        let dossier = try await RunDossier(refused.run, in: ledger)
        #expect(try await dossier.rejects().map(\.number) == [1])
        await #expect {
            _ = try await dossier.accept([2], note: "x")
        } throws: { ($0 as? PipelineError)?.code == "pipeline.unknown" }
        #expect(try await dossier.accept([1], note: "known").map(\.reject.line) == [3])
        #expect(try await dossier.rejects().map(\.accepted) == ["known"])
        #expect(try await RunDossier("nightly", in: ledger).target?.place == job.target.place)
        let swapped = try await workshop.run(fold, job: job)
        #expect(swapped.outcome == .swapped)
        #expect(swapped.run == refused.run)
    }
}
