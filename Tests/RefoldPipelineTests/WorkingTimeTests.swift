import RefoldBytes
import RefoldLedger
import RefoldModel
import Testing

@testable import RefoldPipeline

@Suite struct WorkingTimeTests {
    private static let pause: Int64 = 100 * 86_400_000

    @Test(arguments: [true, false])
    func `what lies between two attempts is no work, whether the first ended or was killed`(
        isKilled: Bool
    ) async throws {
        let workshop = try Workshop()
        let fold = MemoryFold(snapshots: accounts(0..<5))
        let ready = try await workshop.run(fold, job: workshop.job { $0.cutover.mode = .manual })
        let ledger = try Ledger(folder: workshop.stateFolder)
        if isKilled {
            // A killed process notes no end.
            var record = try await ledger.run(ready.run)
            record.outcome = nil
            record.endedAt = nil
            try await ledger.save(record)
        }
        workshop.pause(milliseconds: Self.pause)
        // What was `manual` is no part of what makes two runs the same.
        let swapped = try await workshop.run(fold)
        #expect(swapped.run == ready.run)
        #expect(swapped.tookMilliseconds > ready.tookMilliseconds)
        #expect(swapped.tookMilliseconds < Self.pause)
        #expect(swapped.elapsedMilliseconds >= Self.pause)
        let told = try #require(try await workshop.verbs(ledger: ledger).runs().first)
        #expect(told.tookMilliseconds == swapped.tookMilliseconds)
        #expect(try #require(told.elapsedMilliseconds) >= Self.pause)
    }

    @Test(
        arguments: [
            (nil, 1_000, 61_000, 67_000), ("failed", 1_000, 61_000, nil), (nil, 61_000, 1_000, nil),
            (nil, nil, 61_000, nil), (nil, .min, .max, nil), (nil, 0, .max, .max),
        ] as [(String?, Int64?, Int64, Int64?)]
    )
    func `of a killed attempt counts what lies before the last thing that it kept`(
        outcome: String?,
        began: Int64?,
        seen: Int64,
        took: Int64?
    ) throws {
        var record = RunRecord(
            id: try #require(RunID("01M874NRW1ZWH6QA14NZP4950Q")),
            job: "nightly",
            identity: "",
            startedAt: 0,
            phase: "fold"
        )
        record.outcome = outcome
        var facts: [String: JSONValue] = ["took:fold": 7_000, "seen": .integer(seen)]
        facts["counted"] = began.map { .integer($0) }
        let kept = WorkingTime.facts(resuming: record, RunFacts(facts), now: 9)
        #expect(kept["counted"]?.asInt64 == 9)
        #expect(kept["took:fold"]?.asInt64 == took)
    }
}
