internal import RefoldBytes
internal import RefoldModel
internal import Synchronization

/// One hash range of the aggregates: its states in memory, and the runs it has written.
///
/// Isolation: a lock. A worker absorbs a whole frame's states under it; with more shards than workers it is almost never
/// waited for.
final class FoldShard: Sendable {
    private struct State: ~Copyable {
        var table: StateTable
        /// Everything written: together with memory it is all that was absorbed.
        var runs: [SpillRun] = []
        /// Memory was emptied into a run at least once.
        var isSpilled = false
        /// Keeps the look-ahead's reads from being taken for useless.
        var warmth: UInt64 = 0
    }
    /// States whose entries are fetched together.
    private static let lookAhead = 16
    private let number: Int
    private let kinds: [StateKind]
    private let folder: String
    private let generation: Int
    private let state: Mutex<State>
    private let size = Atomic<Int>(0)

    /// A shard, empty but for what earlier runs have written of it.
    init(number: Int, kinds: [StateKind], folder: String, generation: Int, runs: [SpillRun] = []) {
        self.number = number
        self.kinds = kinds
        self.folder = folder
        self.generation = generation
        state = Mutex(State(table: StateTable(kinds: kinds), runs: runs, isSpilled: !runs.isEmpty))
    }

    /// Bytes held in memory, as of the last change.
    var byteCount: Int { size.load(ordering: .relaxed) }

    /// Joins a batch; false when another worker has the shard and the caller does not wait.
    ///
    /// Throws `pipeline.aggregate` when one aggregate's state outgrows what a state can be.
    func absorb(_ batch: StateBatch, waits: Bool) throws(PipelineError) -> Bool {
        let overgrown: [UInt8]??
        if waits {
            overgrown = .some(state.withLock { join(batch, &$0) })
        } else {
            overgrown = state.withLockIfAvailable { join(batch, &$0) }
        }
        guard let overgrown else { return false }
        if let overgrown { throw .overgrown(overgrown) }
        return true
    }

    private func join(_ batch: StateBatch, _ state: inout State) -> [UInt8]? {
        var ahead = batch.hashes(in: 0..<Self.lookAhead)
        var place = 0
        let isWhole = batch.lendEach { lane, key, hash, bytes in
            if place % Self.lookAhead == 0 {
                state.warmth &+= state.table.warm(ahead)
                ahead = batch.hashes(in: place + Self.lookAhead..<place + 2 * Self.lookAhead)
            }
            state.table.absorb(lane: lane, key: key, hash: hash, state: bytes)
            place += 1
        }
        assert(isWhole, "a batch that was just made does not read back")
        size.store(state.table.byteCount, ordering: .relaxed)
        return state.table.overgrown
    }

    /// Empties memory into a run.
    func spill() throws(PipelineError) {
        try state.withLock { state throws(PipelineError) in
            guard state.table.count > 0 else { return }
            try write(&state, changedOnly: false)
            state.isSpilled = true
            state.table.removeAll()
            size.store(state.table.byteCount, ordering: .relaxed)
        }
    }

    /// Writes what changed since the last checkpoint; all runs together are the shard then.
    func checkpoint() throws(PipelineError) -> [SpillRun] {
        try state.withLock { state throws(PipelineError) in
            try write(&state, changedOnly: true)
            return state.runs
        }
    }

    private func write(_ state: inout State, changedOnly: Bool) throws(PipelineError) {
        let places = state.table.sortedPlaces(changedOnly: changedOnly)
        guard !places.isEmpty else { return }
        let name = "states-\(generation)-\(number)-\(state.runs.count).run"
        state.runs.append(
            try SpillRun.write(places, of: &state.table, to: folder, named: name, shard: number)
        )
    }

    /// Lends every aggregate once, by hash and key, in groups of bounded size: `take` is called under the lock with each,
    /// `flush` without it after each group.
    func lendEach(
        _ take: (_ lane: Int, _ key: Span<UInt8>, _ state: RawSpan) -> Void,
        flush: () async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        let group = 512
        let places = state.withLock { state in state.isSpilled ? nil : state.table.sortedPlaces() }
        guard let places else {
            try await forEachSpilled(take, flush: flush)
            return
        }
        for start in stride(from: 0, to: places.count, by: group) {
            state.withLock { state in
                for place in places[start..<min(start + group, places.count)] {
                    state.table.lend(place) { lane, key, _, bytes in take(lane, key, bytes) }
                }
            }
            try await flush()
        }
    }

    private func forEachSpilled(
        _ take: (_ lane: Int, _ key: Span<UInt8>, _ state: RawSpan) -> Void,
        flush: () async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        try spill()
        var merge = try SpillMerge(state.withLock { $0.runs }, in: folder, kinds: kinds)
        while true {
            var table = try merge.next(512)
            guard table.count > 0 else { return }
            for place in table.sortedPlaces() {
                table.lend(place) { lane, key, _, bytes in take(lane, key, bytes) }
            }
            try await flush()
        }
    }

    /// Frees memory.
    func discard() {
        state.withLock { state in
            state.table.removeAll()
            size.store(state.table.byteCount, ordering: .relaxed)
        }
    }
}

extension PipelineError {
    /// One aggregate's state would be larger than a state can be.
    static func overgrown(_ key: [UInt8]) -> PipelineError {
        let named = AggregateKey.decode(key.span).map { "\($0.entity)#\($0.id)" } ?? "an aggregate"
        return PipelineError(
            .aggregate,
            "the events of one aggregate come to more than \(StateTable.largestState >> 30) GiB",
            place: named,
            fix:
                "this is hardly one record: look at its events with `refold events`, and take what is not its own out"
        )
    }
}
