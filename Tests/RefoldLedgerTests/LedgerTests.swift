import Foundation
import RefoldBytes
import RefoldLedger
import Testing

/// A folder of its own for one test, removed afterwards.
func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("refold-\(UUID().uuidString)")
        .path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        do { try FileManager.default.removeItem(atPath: folder) } catch { Issue.record(error) }
    }
    return try await body(folder)
}

/// A generator with a seed, so that a failure can be had again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

func runRecord(at milliseconds: Int64, identity: String = "ab", seed: UInt64 = 1) -> RunRecord {
    var random = SeededGenerator(state: seed)
    return RunRecord(
        id: RunID(milliseconds: milliseconds, using: &random),
        job: "nightly",
        identity: identity,
        startedAt: milliseconds,
        phase: "plan",
        indices: ["clients-v1-x"]
    )
}

@Suite struct LedgerTests {
    @Test func `who only looks makes no ledger and cannot change one`() async throws {
        try await withFolder { folder in
            #expect(try Ledger.toLookAt(folder: folder + "/none") == nil)
            #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
            let run = runRecord(at: 1)
            let ledger = try Ledger(folder: folder)
            try await ledger.save(run)
            try await ledger.close()
            let looked = try #require(try Ledger.toLookAt(folder: folder))
            #expect(try await looked.runs() == [run])
            let error = await #expect(throws: LedgerError.self) { try await looked.save(run) }
            #expect(error?.reason == .notPermitted)
        }
    }

    @Test func `run ids sort by time whatever the random part`() {
        var random = SeededGenerator(state: 7)
        let ids = (0..<200).map { RunID(milliseconds: Int64($0) * 1_000_003, using: &random) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 200)
        #expect(ids.allSatisfy { RunID($0.text) == $0 })
        #expect(RunID("not a run") == nil)
    }

    @Test func `a run, its facts and effects come back from a ledger opened again`() async throws {
        try await withFolder { folder in
            var run = runRecord(at: 1_000)
            let first = try Ledger(folder: folder)
            try await first.save(run, facts: ["segments": [1, 2], "plan": ["x": "y"]])
            run.phase = "fold"
            run.outcome = "failed"
            run.exit = 13
            run.endedAt = 2_000
            try await first.save(run)
            let intent = EffectRecord(name: "create", subject: "i", step: .intent, at: 5)
            let result = EffectRecord(
                name: "create",
                subject: "i",
                step: .result,
                at: 6,
                detail: ["uuid": "u"]
            )
            try await first.note(intent, of: run.id)
            try await first.note(result, of: run.id)
            try await first.close()

            let again = try Ledger(folder: folder)
            #expect(try await again.runs() == [run])
            #expect(try await again.facts(of: run.id) == ["segments": [1, 2], "plan": ["x": "y"]])
            #expect(try await again.effects(of: run.id) == [intent, result])
            try await again.forget(factsBeginning: "pl", of: run.id)
            #expect(try await again.facts(of: run.id).keys.sorted() == ["segments"])
        }
    }

    @Test func `runs are found by identity, newest first, and by a unique prefix in any case`() async throws {
        try await withFolder { folder in
            let ledger = try Ledger(folder: folder)
            let old = runRecord(at: 1_000_000_000, seed: 1)
            let new = runRecord(at: 900_000_000_000, seed: 2)
            let other = runRecord(at: 2_000, identity: "cd", seed: 3)
            for run in [old, new, other] { try await ledger.save(run) }
            #expect(try await ledger.runs(identity: "ab").map(\.id) == [new.id, old.id])
            #expect(try await ledger.run(new.id.text.lowercased()).id == new.id)
            await #expect { try await ledger.run("0") } throws: {
                ($0 as? LedgerError)?.reason == .unknownRun
            }
            await #expect { try await ledger.run("") } throws: { ($0 as? LedgerError)?.reason == .unknownRun }
        }
    }

    @Test func `only the newest two checkpoints of a run stay`() async throws {
        try await withFolder { folder in
            let ledger = try Ledger(folder: folder)
            let run = runRecord(at: 1)
            try await ledger.save(run)
            #expect(try await ledger.latestCheckpoint(of: run.id) == nil)
            for number in UInt8(0)..<5 { try await ledger.saveCheckpoint([number], at: 1, of: run.id) }
            #expect(try await ledger.latestCheckpoint(of: run.id) == [4])
            try await ledger.forgetCheckpoints(of: run.id)
            #expect(try await ledger.latestCheckpoint(of: run.id) == nil)
        }
    }

    @Test func `a stage done again replaces its rejects, and acceptance is kept`() async throws {
        try await withFolder { folder in
            let ledger = try Ledger(folder: folder)
            let run = runRecord(at: 1)
            try await ledger.save(run)
            let one = RejectRecord(stage: "fold", ordinal: 0, segment: "a", line: 3, why: "bad_json")
            let two = RejectRecord(
                stage: "fold",
                ordinal: 1,
                segment: "b",
                line: 1,
                key: "A#1",
                readModel: "m",
                why: "no_key",
                other: ["sha256": "ff"]
            )
            try await ledger.replaceRejects(stage: "fold", with: [two, one], of: run.id)
            try await ledger.replaceRejects(stage: "fold", with: [one, two], of: run.id)
            #expect(try await ledger.rejects(of: run.id) == [one, two])
            try await ledger.accept([two], note: "known", of: run.id)
            #expect(try await ledger.rejects(of: run.id).map(\.accepted) == [nil, "known"])
        }
    }

    @Test func `a state folder that cannot be made is not permitted and names the flag`() throws {
        #expect {
            _ = try Ledger(folder: "/dev/null/state")
        } throws: { error in
            guard let error = error as? LedgerError else { return false }
            return error.kind == .notPermitted && error.fix?.contains("--state-dir") == true
        }
    }

    @Test(arguments: 0..<60)
    func `a damaged ledger is detected or reads as it was, and never traps`(seed: Int) async throws {
        try await withFolder { folder in
            let run = runRecord(at: 1_000)
            let made = try Ledger(folder: folder)
            try await made.save(run, facts: ["swapped": [.text(String(repeating: "clients", count: 200))]])
            try await made.saveCheckpoint(Array(repeating: 7, count: 9_000), at: 1, of: run.id)
            let before = try await made.facts(of: run.id)
            try await made.close()

            var random = SeededGenerator(state: UInt64(seed))
            let url = URL(fileURLWithPath: folder + "/ledger.db")
            var bytes = try Data(contentsOf: url)
            if seed % 3 == 0 { bytes = bytes.prefix(Int.random(in: 1..<bytes.count, using: &random)) }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] ^= 1 << UInt8(seed % 8)
            try bytes.write(to: url)

            do {
                let ledger = try Ledger(folder: folder)
                let runs = try await ledger.runs()
                #expect(runs == [run])
                #expect(try await ledger.facts(of: run.id) == before)
                #expect(try await ledger.latestCheckpoint(of: run.id)?.allSatisfy { $0 == 7 } == true)
            } catch let error as LedgerError {
                #expect([.damaged, .newer, .unavailable].contains(error.reason), "\(error)")
            }
        }
    }
}
