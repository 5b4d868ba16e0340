import RefoldBytes
import RefoldIndex

extension IndexMark {
    private static let writesName: ByteString = "maxSeqNo"

    /// How far the index's writes had come before it was swapped in; nil: not noted.
    ///
    /// What lies above was written by live writers since (DOMAIN 4.2).
    var writes: IndexPosition? {
        guard let numbers = other[IndexMark.writesName]?.asArray?.map(\.asInt64), !numbers.isEmpty else {
            return nil
        }
        let known = numbers.compactMap { $0 }
        return known.count == numbers.count ? IndexPosition(perShard: known) : nil
    }

    /// Notes how far the index's writes have come.
    mutating func noteWrites(_ position: IndexPosition?) {
        other[IndexMark.writesName] = position.map { .array($0.perShard.map { .integer($0) }) }
    }
}

extension IndexPosition {
    /// How many writes lie between an earlier position and this one; nil: they are not of one index.
    func writes(since earlier: IndexPosition) -> Int64? {
        guard perShard.count == earlier.perShard.count else { return nil }
        var sum: Int64 = 0
        for (now, then) in zip(perShard, earlier.perShard) {
            guard now >= then else { return nil }
            sum += now - then
        }
        return sum
    }
}

extension IndexTarget {
    /// ``IndexTarget/position(of:)`` with the pipeline's errors.
    func written(_ index: IndexIdentity) async throws(PipelineError) -> IndexPosition? {
        do { return try await position(of: index) } catch { throw PipelineError(error) }
    }
}
