internal import RefoldBytes

/// How partial states of one lane join.
package enum StateKind: UInt8, Sendable {
    /// Registers; the join keeps what can still matter.
    case merge
    /// Registers with the key of every event, for exact counts.
    case mergeWithHistory
    /// The events themselves; the join is the union of sets.
    case history
}

/// Joins two partial states of one kind into a buffer of its own.
protocol PairCombiner: ~Copyable {
    /// Joins two states; the result is the output until the next join.
    mutating func combine(_ left: RawSpan, _ right: RawSpan)
    /// Lends the output.
    func withOutput<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R
    /// Takes the output out and leaves another buffer for the next; answers the bytes of it that count.
    mutating func exchangeOutput(_ buffer: inout [UInt8]) -> Int
}

/// Joins partial states of any kind.
struct StateCombiner: ~Copyable {
    private var merge = MergeCombiner(keepsHistory: false)
    private var audit = MergeCombiner(keepsHistory: true)
    private var history = HistoryCombiner()
    private var scratch: [UInt8] = []

    /// Joins a state with those that wait, each after its length, and lends the result.
    mutating func combine(
        _ kind: StateKind,
        _ state: RawSpan,
        waiting: RawSpan,
        _ body: (RawSpan) -> Void
    ) {
        switch kind {
        case .merge: Self.combine(state, waiting, &merge, &scratch, body)
        case .mergeWithHistory: Self.combine(state, waiting, &audit, &scratch, body)
        case .history: Self.combine(state, waiting, &history, &scratch, body)
        }
    }

    /// The small states among themselves first: the large one is then walked only once.
    private static func combine(
        _ state: RawSpan,
        _ waiting: RawSpan,
        _ combiner: inout some PairCombiner & ~Copyable,
        _ scratch: inout [UInt8],
        _ body: (RawSpan) -> Void
    ) {
        var at = 0
        let first = waiting.extracting(next(&at, in: waiting))
        guard at < waiting.byteCount else {
            combiner.combine(state, first)
            return combiner.withOutput(body)
        }
        combiner.combine(first, waiting.extracting(next(&at, in: waiting)))
        while at < waiting.byteCount {
            let count = combiner.exchangeOutput(&scratch)
            let more = waiting.extracting(next(&at, in: waiting))
            combiner.combine(scratch.span.bytes.extracting(first: count), more)
        }
        let count = combiner.exchangeOutput(&scratch)
        combiner.combine(state, scratch.span.bytes.extracting(first: count))
        combiner.withOutput(body)
    }

    private static func next(_ at: inout Int, in waiting: RawSpan) -> Range<Int> {
        let start = at + MemoryLayout<UInt32>.size
        let count = Int(waiting.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
        at = start + count
        return start..<at
    }
}

extension MergeCombiner: PairCombiner {
    package mutating func exchangeOutput(_ buffer: inout [UInt8]) -> Int {
        swap(&buffer, &output)
        return outputCount
    }
}

extension HistoryCombiner: PairCombiner {
    mutating func exchangeOutput(_ buffer: inout [UInt8]) -> Int {
        swap(&buffer, &output)
        return buffer.count
    }
}
