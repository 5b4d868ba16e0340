import Foundation
import RefoldBytes
import RefoldModel
import Testing

@testable import RefoldPipeline

/// A history state of one event, so that the union of many is easy to see.
private func event(_ order: UInt8, line: String) -> [UInt8] {
    var state: [UInt8] = []
    let place = LinePlace(segment: 0, block: 0, line: UInt64(order))
    HistoryState.encode(.init(order: ByteString([order]), line: ByteString(line), place: place), into: &state)
    return state
}

private func entries(_ merge: inout SpillMerge, limit: Int) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    while true {
        var table = try merge.next(limit)
        guard table.count > 0 else { return found }
        for place in table.sortedPlaces() {
            table.lend(place) { lane, key, _, state in
                var bytes: [UInt8] = []
                bytes.append(contentsOf: key, in: 0..<key.count)
                let name = "\(lane) \(ByteString(bytes))"
                #expect(found[name] == nil, "each aggregate comes once")
                found[name] = HistoryState.entries(state).map(\.line.string)
            }
        }
    }
}

/// Writes a run with these aggregates, `key → orders`.
private func run(
    _ named: String,
    _ states: [(lane: Int, key: String, order: UInt8)],
    in folder: String
) throws -> SpillRun {
    var table = StateTable(kinds: [.history, .history])
    for entry in states {
        let line = "\(entry.key)\(entry.order)"
        table.absorb(lane: entry.lane, key: Array(entry.key.utf8), state: event(entry.order, line: line))
    }
    return try SpillRun.write(table.sortedPlaces(), of: &table, to: folder, named: named, shard: 0)
}

@Suite struct `Spilled states` {
    @Test(arguments: [1, 2, 100])
    func `of several runs join by aggregate, each once`(limit: Int) throws {
        let bench = try AuditBench()
        let folder = bench.work.path
        let runs = [
            try run("a", [(0, "x", 1), (0, "y", 1), (1, "x", 7)], in: folder),
            try run("b", [(0, "x", 2), (0, "z", 1)], in: folder),
            try run("c", [(0, "x", 1), (0, "y", 3)], in: folder),
        ]
        var merge = try SpillMerge(runs, in: folder, kinds: [.history, .history])
        let found = try entries(&merge, limit: limit)
        #expect(found == ["0 x": ["x1", "x2"], "0 y": ["y1", "y3"], "0 z": ["z1"], "1 x": ["x7"]])
    }

    @Test func `of a file that is not what was written are refused, wherever it differs`() throws {
        let bench = try AuditBench()
        let folder = bench.work.path
        let whole = try run("a", (0..<4).map { (0, "key\($0)", UInt8($0)) }, in: folder)
        let file = bench.work.appending(path: "a")
        let bytes = try Data(contentsOf: file)
        #expect(bytes.count == whole.bytes)
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x41
            try other.write(to: file)
            #expect(throws: PipelineError.self, "byte \(place)") { try readAll(whole, in: folder) }
        }
        for length in 0..<bytes.count {
            try bytes.prefix(length).write(to: file)
            let error = try #require(throws: PipelineError.self, "length \(length)") {
                try readAll(whole, in: folder)
            }
            #expect(error.code == "pipeline.damaged")
        }
    }

    @Test func `of a file that is gone are refused`() throws {
        let bench = try AuditBench()
        let gone = SpillRun(file: "gone", bytes: 10, states: 1)
        let error = try #require(throws: PipelineError.self) { try readAll(gone, in: bench.work.path) }
        #expect(error.place?.hasSuffix("/gone") == true)
    }

    private func readAll(_ run: SpillRun, in folder: String) throws {
        var merge = try SpillMerge([run], in: folder, kinds: [.history, .history])
        _ = try entries(&merge, limit: 2)
    }
}
