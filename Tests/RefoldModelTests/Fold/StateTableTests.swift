import RefoldBytes
import Testing

@testable import RefoldModel

@Suite struct `A table of states` {
    private func history(_ position: UInt8, _ line: String) -> [UInt8] {
        var state: [UInt8] = []
        let entry = HistoryState.Entry(
            order: ByteString([position]),
            line: ByteString(line),
            place: LinePlace(segment: 0, block: 0, line: UInt64(position))
        )
        HistoryState.encode(entry, into: &state)
        return state
    }

    private func lines(_ table: inout StateTable) -> [[String]] {
        var all: [[String]] = []
        table.lendEach { _, _, _, state in all.append(HistoryState.entries(state).map(\.line.string)) }
        return all
    }

    @Test func `joins what comes under one key and keeps lanes apart`() {
        var table = StateTable(kinds: [.history, .history])
        for (lane, position) in [(0, 2), (1, 1), (0, 1), (0, 2)] as [(Int, UInt8)] {
            table.absorb(lane: lane, key: [7], state: history(position, "line \(position)"))
        }
        #expect(table.count == 2)
        #expect(Set(lines(&table)) == [["line 1", "line 2"], ["line 1"]])
    }

    @Test func `keeps every state when entries grow, move and the table doubles`() {
        var table = StateTable(kinds: [.history], chunkBytes: 4096)
        for position in UInt8(0)..<40 {
            for key in 0..<200 {
                let line = String(repeating: "x", count: key)
                table.absorb(lane: 0, key: [UInt8(key)], state: history(position, "\(position) \(line)"))
            }
        }
        #expect(table.count == 200)
        table.lendEach { _, key, _, state in
            let line = String(repeating: "x", count: Int(key[0]))
            #expect(HistoryState.entries(state).map(\.line.string) == (0..<40).map { "\($0) \(line)" })
        }
    }

    @Test func `names the first aggregate whose state outgrows the largest`() {
        var table = StateTable(kinds: [.history], limit: 100)
        table.absorb(lane: 0, key: [1], state: history(1, "short"))
        #expect(table.overgrown == nil)
        table.absorb(lane: 0, key: [1], state: history(2, String(repeating: "x", count: 60)))
        table.absorb(lane: 0, key: [2], state: history(1, String(repeating: "x", count: 90)))
        #expect(table.overgrown == [1])
        #expect(lines(&table) == [["short"]])
    }

    @Test func `lists places by hash, and only those that changed since the last list`() {
        var table = StateTable(kinds: [.history])
        for key in UInt8(0)..<100 { table.absorb(lane: 0, key: [key], state: history(1, "a")) }
        let places = table.sortedPlaces(changedOnly: true)
        #expect(places.count == 100 && zip(places, places.dropFirst()).allSatisfy { $0.hash <= $1.hash })
        table.absorb(lane: 0, key: [5], state: history(2, "b"))
        #expect(table.sortedPlaces(changedOnly: true).count == 1)
        #expect(table.sortedPlaces(changedOnly: true).isEmpty)
        #expect(table.sortedPlaces().count == 100)
    }
}
