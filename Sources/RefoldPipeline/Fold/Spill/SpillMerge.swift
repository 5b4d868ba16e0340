internal import RefoldBytes
internal import RefoldModel

/// Walks several runs of one shard at once and joins what they say of each aggregate.
///
/// Each source is sorted by hash and key, so equal aggregates meet; memory is one block of each run.
struct SpillMerge: ~Copyable {
    private struct Head {
        var hash: UInt64
        var lane: Int
        var key: [UInt8]
        var state: [UInt8]
    }
    private struct Source {
        var reader: SpillRun.Reader
        var heads: [Head] = []
        var at = 0

        var head: Head? { at < heads.count ? heads[at] : nil }

        mutating func advance() throws(PipelineError) {
            at += 1
            if at >= heads.count { try refill() }
        }

        mutating func refill() throws(PipelineError) {
            heads = []
            at = 0
            guard let batch = try reader.next() else { return }
            let isWhole = batch.lendEach { lane, key, hash, state in
                var keyBytes: [UInt8] = []
                keyBytes.append(contentsOf: key, in: 0..<key.count)
                heads.append(
                    Head(hash: hash, lane: lane, key: keyBytes, state: state.withUnsafeBytes { Array($0) })
                )
            }
            guard isWhole else { throw reader.damaged() }
        }
    }
    private var sources: [Source] = []
    private let kinds: [StateKind]

    init(_ runs: [SpillRun], in folder: String, kinds: [StateKind]) throws(PipelineError) {
        self.kinds = kinds
        for run in runs {
            var source = Source(reader: try SpillRun.Reader(run, in: folder))
            try source.refill()
            sources.append(source)
        }
    }

    /// Joins the next aggregates, at most so many, in order; an empty table is the end.
    mutating func next(_ limit: Int) throws(PipelineError) -> StateTable {
        var table = StateTable(kinds: kinds)
        while table.count < limit, let least = least() {
            for index in sources.indices {
                while let head = sources[index].head, head.hash == least.hash, head.key == least.key {
                    table.absorb(
                        lane: head.lane,
                        key: head.key.span,
                        hash: head.hash,
                        state: head.state.span.bytes
                    )
                    try sources[index].advance()
                }
            }
        }
        if let key = table.overgrown { throw .overgrown(key) }
        return table
    }

    private func least() -> (hash: UInt64, key: [UInt8])? {
        var least: (hash: UInt64, key: [UInt8])?
        for source in sources {
            guard let head = source.head else { continue }
            if let known = least {
                let precedes =
                    head.hash == known.hash
                    ? head.key.lexicographicallyPrecedes(known.key) : head.hash < known.hash
                guard precedes else { continue }
            }
            least = (head.hash, head.key)
        }
        return least
    }
}
