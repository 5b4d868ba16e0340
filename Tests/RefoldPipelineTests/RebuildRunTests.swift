import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel
import RefoldPipeline
import Synchronization
import Testing

@Suite struct RebuildRunTests {
    @Test func `a first run swaps, and the alias gives the documents of live aggregates`() async throws {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<2_500) + [account("009999", name: nil)])
        let report = try await workshop.run(fold)
        #expect(report.outcome == .swapped)
        #expect(report.failure == nil)
        #expect(report.readModels.first?.documents.sent == 2_500)
        #expect(report.readModels.first?.documents.closes == true)
        #expect(report.follow.command.hasPrefix("refold status \(report.run)"))
        let documents = try await workshop.documents()
        #expect(documents.count == 2_500)
        #expect(documents["001"] == #"{"Name":"n1"}"#)
        #expect(try await workshop.indices().map(\.mark?.state) == ["serving"])
    }

    @Test func `a second run replaces the first and can be undone; a third lets the oldest go`() async throws
    {
        let workshop = try Workshop()
        let first = try await workshop.run(MemoryFold(snapshots: accounts(0..<10)))
        let second = try await workshop.run(
            MemoryFold(snapshots: accounts(0..<10, version: 2_000, name: "m"))
        )
        #expect(second.follow.word == .undo)
        #expect(second.follow.command.hasPrefix("refold rollback \(second.run) --state-dir"))
        #expect(try await workshop.documents()["001"] == #"{"Name":"m1"}"#)
        #expect(try await workshop.indices().count == 2)
        let third = try await workshop.run(MemoryFold(snapshots: accounts(0..<10, version: 3_000)))
        #expect(third.deletedIndices == [first.readModels[0].index])
        #expect(Set(try await workshop.indices().map(\.mark?.state)) == ["serving", "retired"])
    }

    @Test(arguments: ["altered", "missing", "added"])
    func `one document changed behind the run's back stops it and is named`(how: String) async throws {
        let workshop = try Workshop()
        var target = MeddledTarget(inner: workshop.target)
        target.afterSettle = { (inner, index) async throws(IndexError) in
            var batch = DocumentBatch()
            switch how {
            case "altered":
                batch.append(id: Array("007".utf8), version: 1_000, source: Array(#"{"Name":"x"}"#.utf8))
            case "missing": batch.appendDeletion(id: Array("007".utf8), version: 1_000)
            default: batch.append(id: Array("0077".utf8), version: 1, source: Array(#"{"Name":"x"}"#.utf8))
            }
            _ = try await inner.load(batch, into: index)
            _ = try await inner.settle(index, forceMerge: nil)
        }
        let report = try await workshop.run(MemoryFold(snapshots: accounts(0..<50)), target: target)
        #expect(report.outcome == .refused)
        #expect(report.failure == .verificationFailed)
        let digest = report.gates.first { $0.name == .digest }
        #expect(digest?.state == .failed)
        #expect(digest?.examples == [how == "added" ? "added 0077" : "\(how) 007"])
        #expect(report.decisive?.name == .digest)
        #expect(report.follow.command.hasSuffix("--fresh"))
        #expect(try await workshop.documents().isEmpty)
    }

    @Test func `a serving document that is newer or unknown is behind, unless the job allows it`()
        async throws
    {
        let workshop = try Workshop()
        _ = try await workshop.run(
            MemoryFold(snapshots: accounts(0..<5) + [account("00x", version: 9_000_000_000)])
        )
        let older = MemoryFold(snapshots: accounts(0..<5) + [account("00x", name: nil)])
        let loose = workshop.job { $0.verify.minimumShareOfPrevious = 0 }
        let refused = try await workshop.run(older, job: loose)
        #expect(refused.decisive?.name == .behind)
        #expect(refused.decisive?.examples == ["00x"])
        let allowed = try await workshop.run(
            older,
            job: workshop.job {
                $0.verify.minimumShareOfPrevious = 0
                $0.verify.behind = .allow
            }
        )
        // The same run went on at verify with what had been written.
        #expect(allowed.run == refused.run)
        #expect(allowed.outcome == .swapped)
    }

    @Test func `rejects over the budget refuse the swap, and the budget raised goes on at verify`()
        async throws
    {
        let workshop = try Workshop()
        var bad = Reject(why: "bad_json")
        bad.segment = "a.jsonl"
        bad.line = 3
        let fold = MemoryFold(snapshots: accounts(0..<5), rejects: [bad])
        let refused = try await workshop.run(fold)
        #expect(refused.failure == .rejectsOverBudget)
        #expect(refused.follow.command.hasPrefix("refold rejects list \(refused.run)"))
        let swapped = try await workshop.run(fold, job: workshop.job { $0.rejects.budget = 1 })
        #expect(swapped.run == refused.run)
        #expect(swapped.outcome == .swapped)
    }

    @Test func `a document that the mapping refuses is a reject and its neighbours are indexed`() async throws
    {
        let workshop = try Workshop()
        var odd = account("00odd")
        odd.fields = #"{"Name":"n","Other":1}"#
        let report = try await workshop.run(
            MemoryFold(snapshots: accounts(0..<5) + [odd]),
            job: workshop.job { $0.rejects.budget = 1 }
        )
        #expect(report.outcome == .swapped)
        #expect(report.readModels[0].documents.rejected == 1)
        #expect(try await workshop.documents().count == 5)
    }

    @Test func `sums that do not close fail the run`() async throws {
        let workshop = try Workshop()
        var lines = LineCounts()
        lines.lines = 7
        lines.events = 5
        let report = try await workshop.run(MemoryFold(snapshots: accounts(0..<5), lines: lines))
        #expect(report.decisive?.name == .sums)
        #expect(report.failure == .verificationFailed)
    }

    @Test func `an archive without events never becomes an empty index`() async throws {
        let workshop = try Workshop()
        await #expect {
            _ = try await workshop.run(MemoryFold(snapshots: []))
        } throws: { ($0 as? PipelineError)?.kind == .archiveRefused }
    }

    @Test func `manual mode ends ready with its success, and a later auto swaps it`() async throws {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<5))
        let ready = try await workshop.run(fold, job: workshop.job { $0.cutover.mode = .manual })
        #expect(ready.outcome == .ready)
        #expect(ready.failure == nil)
        #expect(ready.follow.command.hasPrefix("refold cutover \(ready.run)"))
        #expect(try await workshop.documents().isEmpty)
        let swapped = try await workshop.run(fold)
        #expect(swapped.run == ready.run)
        #expect(swapped.outcome == .swapped)
    }

    @Test func `a hook that says no keeps the readers where they are`() async throws {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<5))
        let held = try await workshop.run(fold, job: workshop.job { $0.beforeCutoverHook = "/bin/false" })
        #expect(held.outcome == .held)
        #expect(held.failure == .notSwapped)
        #expect(held.decisive?.name == .hook)
        let swapped = try await workshop.run(fold, job: workshop.job { $0.beforeCutoverHook = "/bin/true" })
        #expect(swapped.run == held.run)
        #expect(swapped.outcome == .swapped)
    }

    @Test func `a changed segment under an unfinished run is moved, a new one is folded in`() async throws {
        let workshop = try Workshop()
        let manual = workshop.job { $0.cutover.mode = .manual }
        var fold = MemoryFold(snapshots: accounts(0..<5))
        let first = try await workshop.run(fold, job: manual)
        fold.segments[0].digest = "bb"
        let changed = fold
        await #expect {
            _ = try await workshop.run(changed, job: manual)
        } throws: { error in
            guard let error = error as? PipelineError else { return false }
            return error.kind == .moved && error.next?.contains("--fresh") == true
        }
        fold.segments[0].digest = "aa"
        fold.segments.append(SegmentIdentity(path: "b.jsonl", bytes: 1, digest: "cc"))
        fold.snapshots = accounts(0..<4) + [account("004", version: 2_000, name: nil)] + accounts(5..<7)
        let grown = try await workshop.run(fold)
        #expect(grown.run == first.run)
        #expect(grown.outcome == .swapped)
        #expect(try await workshop.documents().keys.sorted() == ["000", "001", "002", "003", "005", "006"])
    }

    /// Regression: mending the archive was what the refusal asked for, and the command that it printed ended with 14.
    @Test func `a changed segment since a run that its gates refused starts over and says so`() async throws {
        let workshop = try Workshop()
        var bad = Reject(why: "bad_json")
        bad.segment = "a.jsonl"
        var fold = MemoryFold(snapshots: accounts(0..<5), rejects: [bad])
        let refused = try await workshop.run(fold)
        #expect(refused.outcome == .refused)
        fold.rejects = []
        fold.segments[0].digest = "bb"
        let mended = try await workshop.run(fold)
        #expect(mended.outcome == .swapped)
        #expect(mended.run != refused.run)
        #expect(mended.deletedIndices == [refused.readModels[0].index])
        let remarks = workshop.remarks.withLock { $0 }
        #expect(
            remarks.contains(
                "the archive is another one since run \(refused.run), which its gates refused: segment a.jsonl changed;"
                    + " starting over"
            ),
            "\(remarks)"
        )
    }

    @Test func `a definition changed under its version is refused and the next number named`() async throws {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<5))
        _ = try await workshop.run(fold)
        let changed = workshop.job { $0.readModels = [Workshop.readModel(source: ["v": 2])] }
        await #expect {
            _ = try await workshop.run(fold, job: changed)
        } throws: { error in
            guard let error = error as? PipelineError else { return false }
            return error.kind == .usage && error.fix?.hasPrefix("set version: 2, or ") == true
                && error.cause?.hasSuffix("changed since: v") == true
        }
    }

    @Test func `an alias moved between plan and swap is never swapped over`() async throws {
        let workshop = try Workshop()
        _ = try await workshop.run(MemoryFold(snapshots: accounts(0..<5)))
        let before = try await workshop.documents()
        var target = MeddledTarget(inner: workshop.target)
        target.onSwap = { (inner, swaps) async throws(IndexError) in
            // Someone takes the alias away just before.
            _ = try await inner.swap(swaps.map { AliasSwap(alias: $0.alias, from: $0.from, to: nil) })
            return try await inner.swap(swaps)
        }
        let report = try await workshop.run(
            MemoryFold(snapshots: accounts(0..<5, version: 2_000, name: "m")),
            target: target
        )
        #expect(report.outcome == .refused)
        #expect(report.failure == .moved)
        #expect(before.count == 5)
        #expect(try await workshop.documents().isEmpty)
    }

    @Test func `a lost answer of a swap that took effect counts as swapped`() async throws {
        let workshop = try Workshop()
        var target = MeddledTarget(inner: workshop.target)
        target.onSwap = { (inner, swaps) async throws(IndexError) in
            _ = try await inner.swap(swaps)
            throw IndexError(.unavailable, "the answer is lost")
        }
        let report = try await workshop.run(MemoryFold(snapshots: accounts(0..<5)), target: target)
        #expect(report.outcome == .swapped)
        #expect(try await workshop.documents().count == 5)
    }

    @Test func `an alias whose name begins with another's keeps its indices and its hold to itself`()
        async throws
    {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<5))
        let other = workshop.job { job in
            job.readModels[0].index.aliases = ["clients-test"]
            job.cutover.keep = 3
        }
        let left = try await workshop.run(fold, job: other)
        for version in 2...3 {
            let fold = MemoryFold(snapshots: accounts(0..<5, version: Int64(version) * 1_000, name: "m"))
            _ = try await workshop.run(fold, job: other)
        }
        // Under way, or left behind.
        await #expect(throws: PipelineError.self) {
            try await Failpoint.$failing.withValue(.beforeSettle) {
                _ = try await workshop.run(
                    MemoryFold(snapshots: accounts(0..<5, version: 9_000, name: "m")),
                    job: other
                )
            }
        }
        let before = try await workshop.indices().map(\.identity.name).filter { $0.hasPrefix("clients-test") }
        #expect(before.count == 4)
        var fresh = RunOptions()
        fresh.startsFresh = true
        for _ in 0..<3 { #expect(try await workshop.run(fold, options: fresh).outcome == .swapped) }
        let after = try await workshop.indices().map(\.identity.name).filter { $0.hasPrefix("clients-test") }
        #expect(after == before)
        _ = try await workshop.verbs().rollBack("clients-test")
        #expect(try await workshop.run(fold, options: fresh).outcome == .swapped)
        #expect(left.outcome == .swapped)
    }
}
