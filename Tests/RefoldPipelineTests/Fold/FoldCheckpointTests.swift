import Foundation
import RefoldBytes
import RefoldModel
import Synchronization
import Testing

@testable import RefoldPipeline

/// Keeps the newest checkpoint in memory.
private final class KeptCheckpoint: FoldCheckpoints {
    private let bytes = Mutex<[UInt8]?>(nil)

    init(_ bytes: [UInt8]? = nil) { self.bytes.withLock { $0 = bytes } }

    var kept: [UInt8]? { bytes.withLock { $0 } }

    func latest() async throws(PipelineError) -> [UInt8]? { kept }
    func save(_ new: [UInt8]) async throws(PipelineError) { bytes.withLock { $0 = new } }
    func keep(_ rejects: [Reject]) async throws(PipelineError) {
        Issue.record("no fold of these tests sets too much aside: \(rejects)")
    }
}

/// What a fold came to.
private struct Outcome: Equatable {
    var snapshots: [AggregateSnapshot] = []
    var counts = LineCounts()
    var records = RecordCounts()
    var rejects: [Reject] = []
    var marks: [EntityMark] = []
}

extension AuditBench {
    /// Folds until so many blocks were read; nil when it was stopped before the end.
    fileprivate func fold(
        _ checkpoint: KeptCheckpoint,
        of other: URL? = nil,
        stoppingAfter blocks: Int = .max,
        shards: Int = 2,
        memory: Int = 1 << 30,
        workers: Int = 1,
        asOf: Int64? = nil,
        checkpointSeconds: Double = 3600,
        secondsPerLook: Double = 0
    ) async throws -> Outcome? {
        let request = request(other, shards: shards, memory: memory) { request in
            request.checkpointSeconds = checkpointSeconds
            request.asOf = asOf
            request.readModels = [Workshop.readModel()]
            request.readModels[0].aggregate.entities = []
        }
        let seen = Mutex(0)
        let stop = request.stop
        // A clock that goes on at each look at it.
        let clock = Mutex(0.0)
        let engine = ParallelFold(types: TypeRegistry(), workers: workers) {
            clock.withLock { now in
                now += secondsPerLook
                return now
            }
        }
        let states: ShardedStates
        do throws(PipelineError) {
            states = try await engine.foldStates(request, checkpoints: checkpoint) { _ in
                let count = seen.withLock { seen in
                    seen += 1
                    return seen
                }
                if count == blocks { stop.request() }
            }
        } catch {
            guard error.code == "pipeline.interrupted" else { throw error }
            return nil
        }
        var outcome = Outcome()
        for shard in 0..<states.shardCount {
            try await states.forEachAggregate(readModel: 0, shard: shard) { outcome.snapshots.append($0) }
        }
        outcome.snapshots.sort { $0.key < $1.key }
        outcome.counts = states.lineCounts
        outcome.records = states.recordCounts(readModel: 0)
        outcome.rejects = states.rejects
        outcome.marks = states.entityMarks
        try await states.discard()
        return outcome
    }

    /// Writes a segment of several frames, cut without regard to lines.
    fileprivate func write(_ name: String, frames count: Int, of text: [UInt8]) throws {
        var encoder = try ZstdEncoder()
        var frames: [UInt8] = []
        for part in 0..<count {
            let bounds = (text.count * part / count)..<(text.count * (part + 1) / count)
            frames += try encoder.frame(of: Array(text[bounds]))
        }
        try write(name, frames)
    }

    /// Writes two segments with rejects, marks and copies.
    fileprivate func writeSegments() throws {
        let ids = ["0015f00002J9YYEAA3", "0015f00002J9YYFAA3", "0015f00002J9YYGAA3"]
        var lines = ids.enumerated().map {
            change("CREATE", id: $1, at: 1000 + $0, fields: "\"Name\":\"n\($0)\"")
        }
        lines += [
            "", "no json", change("UPDATE", id: "short"), change("GAP_OVERFLOW", id: "000000000000000AAA"),
        ]
        lines += ids.map { change("UPDATE", id: $0, at: 3000, fields: "\"Phone\":\"1\"") }
        try write("a.jsonl.zst", frames: 7, of: Array(lines.joined(separator: "\n").utf8))
        lines = ids.map { change("UPDATE", id: $0, at: 2000, fields: "\"Phone\":\"0\"") } + [lines[7], "{"]
        try write("b.jsonl.zst", frames: 5, of: Array(lines.joined(separator: "\n").utf8))
    }
}

@Suite struct `A fold's checkpoint` {
    @Test(arguments: 1...11, [1, 1 << 30])
    func `lets the fold go on from any block, with another number of shards`(
        blocks: Int,
        memory: Int
    ) async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let whole = try await bench.fold(KeptCheckpoint())
        let kept = KeptCheckpoint()
        #expect(try await bench.fold(kept, stoppingAfter: blocks, shards: 3, memory: memory) == nil)
        #expect(kept.kept != nil)
        let resumed = try await bench.fold(kept, shards: 2, memory: memory)
        #expect(resumed == whole)
        #expect(resumed?.counts.closes == true)
        #expect(resumed?.records.closes == true)
        #expect(resumed?.rejects.map(\.why) == ["bad_json", "bad_record_id", "bad_json"])
        #expect(resumed?.marks.count == 1)
    }

    @Test func `lets a fold that is stopped at every block end where an undisturbed one ends`() async throws {
        let bench = try AuditBench()
        let archive = fixtures.appending(path: "cdc-tricky/archive")
        let whole = try await bench.fold(KeptCheckpoint(), of: archive, workers: 2)
        let kept = KeptCheckpoint()
        var outcome: Outcome?
        var stops = 0
        while outcome == nil, stops < 1000 {
            outcome = try await bench.fold(
                kept,
                of: archive,
                stoppingAfter: 1,
                shards: 1 + stops % 4,
                workers: 2
            )
            stops += outcome == nil ? 1 : 0
        }
        #expect(outcome == whole)
        #expect(stops > 0)
    }

    @Test func `lets a finished fold be asked again without reading`() async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let kept = KeptCheckpoint()
        let whole = try await bench.fold(kept, checkpointSeconds: 10, secondsPerLook: 5)
        #expect(
            try await bench.fold(kept, stoppingAfter: 1, checkpointSeconds: 10, secondsPerLook: 5) == whole,
            "no block is read, so nothing stops it"
        )
    }

    @Test(arguments: 1...11)
    func `lets an archive that grew be folded on`(blocks: Int) async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let kept = KeptCheckpoint()
        #expect(try await bench.fold(kept, stoppingAfter: blocks) == nil)
        try bench.write("aa.jsonl", change("DELETE", at: 4000).utf8)
        try bench.write("0.jsonl", "early and bad\n".utf8)
        let whole = try await AuditBench().fold(KeptCheckpoint(), of: bench.archive)
        #expect(try await bench.fold(kept) == whole)
        #expect(whole?.rejects.first?.segment == "0.jsonl")
    }

    @Test func `refuses an archive whose covered segment changed or went`() async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let kept = KeptCheckpoint()
        #expect(try await bench.fold(kept, stoppingAfter: 9) == nil)
        try bench.write("a.jsonl.zst", frames: 1, of: Array(change("CREATE").utf8))
        let changed = try await #require(throws: PipelineError.self) { try await bench.fold(kept) }
        #expect(changed.code == "pipeline.moved")
        #expect(changed.place == "a.jsonl.zst")
        try FileManager.default.removeItem(at: bench.archive.appending(path: "a.jsonl.zst"))
        let gone = try await #require(throws: PipelineError.self) { try await bench.fold(kept) }
        #expect(gone.code == "pipeline.moved")
    }

    @Test func `of another fold is not used`() async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let kept = KeptCheckpoint()
        #expect(try await bench.fold(kept, stoppingAfter: 9) == nil)
        let whole = try await bench.fold(KeptCheckpoint(), asOf: 2000)
        #expect(try await bench.fold(kept, asOf: 2000) == whole)
    }

    @Test func `that is not what was written is refused`() async throws {
        let bench = try AuditBench()
        try bench.writeSegments()
        let kept = KeptCheckpoint()
        #expect(try await bench.fold(kept, stoppingAfter: 9) == nil)
        let bytes = try #require(kept.kept)
        for length in [0, 1, bytes.count / 2, bytes.count - 1] {
            let cut = KeptCheckpoint(Array(bytes.prefix(length)))
            let error = try await #require(throws: PipelineError.self) { try await bench.fold(cut) }
            #expect(error.code == "pipeline.damaged")
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: bench.work.path) {
            let file = bench.work.appending(path: name)
            var states = try Data(contentsOf: file)
            states[states.count / 2] ^= 1
            try states.write(to: file)
        }
        let error = try await #require(throws: PipelineError.self) { try await bench.fold(kept) }
        #expect(error.code == "pipeline.damaged")
    }
}
