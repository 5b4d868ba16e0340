import RefoldBytes
import RefoldIndex
import RefoldModel

/// The embedded target with something done behind the run's back, or in its way.
struct MeddledTarget: IndexTarget {
    let inner: EmbeddedTarget
    /// After settling: what someone else does to the index.
    var afterSettle: (@Sendable (EmbeddedTarget, IndexIdentity) async throws(IndexError) -> Void)?
    /// Instead of a swap.
    var onSwap: (@Sendable (EmbeddedTarget, [AliasSwap]) async throws(IndexError) -> SwapOutcome)?

    var lockPath: String? { inner.lockPath }
    func probe() async throws(IndexError) -> TargetDialect { try await inner.probe() }
    func describe(prefix: String) async throws(IndexError) -> TargetDescription {
        try await inner.describe(prefix: prefix)
    }
    func create(_ specification: IndexSpecification) async throws(IndexError) -> IndexIdentity {
        try await inner.create(specification)
    }
    func load(_ batch: DocumentBatch, into index: IndexIdentity) async throws(IndexError) -> [ItemOutcome] {
        try await inner.load(batch, into: index)
    }
    func settle(_ index: IndexIdentity, forceMerge: Int?) async throws(IndexError) -> SettleReport {
        let report = try await inner.settle(index, forceMerge: forceMerge)
        try await afterSettle?(inner, index)
        return report
    }
    func count(_ index: IndexIdentity) async throws(IndexError) -> Int { try await inner.count(index) }
    func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) async throws(IndexError) -> any DocumentScan {
        try await inner.scan(index, above: position, withSource: withSource)
    }
    func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) async throws(IndexError) -> [Document] {
        try await inner.fetch(ids, from: index, withSource: withSource)
    }
    func hits(of query: JSONValue, in index: IndexIdentity) async throws(IndexError) -> Int {
        try await inner.hits(of: query, in: index)
    }
    func swap(_ swaps: [AliasSwap]) async throws(IndexError) -> SwapOutcome {
        if let onSwap { return try await onSwap(inner, swaps) }
        return try await inner.swap(swaps)
    }
    func setMark(_ mark: IndexMark, of index: IndexIdentity) async throws(IndexError) {
        try await inner.setMark(mark, of: index)
    }
    func delete(_ index: IndexIdentity) async throws(IndexError) { try await inner.delete(index) }
    func close() async throws(IndexError) { try await inner.close() }
}
