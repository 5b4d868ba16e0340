import RefoldBytes
import RefoldIndex
import RefoldModel

/// A target on a shared node that sees the names of one test alone: it puts a prefix before them and takes it off.
struct PlotTarget: IndexTarget {
    let prefix: String
    let whole: SearchTarget

    var lockPath: String? { whole.lockPath }
    func probe() async throws(IndexError) -> TargetDialect { try await whole.probe() }

    func describe(prefix stem: String) async throws(IndexError) -> TargetDescription {
        var found = try await whole.describe(prefix: prefix + stem)
        found.indices = found.indices.map { index in
            var index = index
            index.identity = bare(index.identity)
            index.aliases = index.aliases.map(bare)
            return index
        }
        found.aliases = Dictionary(
            uniqueKeysWithValues: found.aliases.map { (bare($0.key), $0.value.map(bare)) }
        )
        found.occupied = found.occupied.map(bare)
        return found
    }

    func create(_ specification: IndexSpecification) async throws(IndexError) -> IndexIdentity {
        var specification = specification
        specification.name = prefix + specification.name
        return bare(try await whole.create(specification))
    }

    func load(
        _ batch: DocumentBatch,
        into index: IndexIdentity
    ) async throws(IndexError) -> [ItemOutcome] { try await whole.load(batch, into: full(index)) }

    func settle(_ index: IndexIdentity, forceMerge: Int?) async throws(IndexError) -> SettleReport {
        try await whole.settle(full(index), forceMerge: forceMerge)
    }

    func count(_ index: IndexIdentity) async throws(IndexError) -> Int {
        try await whole.count(full(index))
    }

    func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) async throws(IndexError) -> any DocumentScan {
        try await whole.scan(full(index), above: position, withSource: withSource)
    }

    func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) async throws(IndexError) -> [Document] {
        try await whole.fetch(ids, from: full(index), withSource: withSource)
    }

    func position(of index: IndexIdentity) async throws(IndexError) -> IndexPosition? {
        try await whole.position(of: full(index))
    }

    func hits(of query: JSONValue, in index: IndexIdentity) async throws(IndexError) -> Int {
        try await whole.hits(of: query, in: full(index))
    }

    func swap(_ swaps: [AliasSwap]) async throws(IndexError) -> SwapOutcome {
        let outcome = try await whole.swap(
            swaps.map {
                AliasSwap(alias: prefix + $0.alias, from: $0.from.map { prefix + $0 }, to: $0.to.map(full))
            }
        )
        return switch outcome {
        case .swapped, .alreadyDone: outcome
        case .moved(let alias, let pointsAt): .moved(alias: bare(alias), pointsAt: pointsAt.map(bare))
        case .occupied(let alias): .occupied(alias: bare(alias))
        }
    }

    func setMark(_ mark: IndexMark, of index: IndexIdentity) async throws(IndexError) {
        try await whole.setMark(mark, of: full(index))
    }

    func delete(_ index: IndexIdentity) async throws(IndexError) { try await whole.delete(full(index)) }

    func close() async throws(IndexError) { whole.close() }

    private func bare(_ name: String) -> String {
        name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    }

    private func bare(_ index: IndexIdentity) -> IndexIdentity {
        IndexIdentity(name: bare(index.name), uuid: index.uuid)
    }

    private func full(_ index: IndexIdentity) -> IndexIdentity {
        IndexIdentity(name: prefix + index.name, uuid: index.uuid)
    }
}
