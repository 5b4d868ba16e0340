internal import RefoldArchive
internal import RefoldBytes
package import RefoldModel

/// The folded archive, in the shards that folded it.
package struct ShardedStates: FoldedStates {
    let pass: FoldPass
    let standing: FoldPass.Standing
    private let folds: [(any HistoryFold)?]
    let evaluator: MergeEvaluator
    private let historyRejects: [Int: [ByteString: Int]]
    /// The lines of the archive.
    package let lineCounts: LineCounts
    /// Everything set aside, in archive order.
    package let rejects: [Reject]
    /// Entity marks, sorted.
    package let entityMarks: [EntityMark]

    init(_ pass: FoldPass, types: TypeRegistry) throws(PipelineError) {
        self.pass = pass
        standing = pass.standing
        evaluator = MergeEvaluator(pass.plan.names)
        var folds: [(any HistoryFold)?] = []
        for lane in pass.plan.lanes {
            do throws(ModelError) {
                folds.append(try lane.fold.historyFold(of: pass.plan.format, types: types))
            } catch {
                throw PipelineError(error)
            }
        }
        self.folds = folds
        var counts = LineCounts()
        counts.lines = standing.lines
        counts.blank = standing.tally.blank
        counts.events = standing.tally.events
        counts.rejected = standing.tally.rejectedLines
        lineCounts = counts
        rejects = standing.rejects.sorted(by: Reject.precedes)
        entityMarks = standing.marks.sorted(by: EntityMark.precedes)
        historyRejects = [:]
    }

    /// SHA-256 over the segments that were read, hexadecimal.
    package var archiveDigest: String { pass.archive.digest.hex }

    /// The segments that were read.
    package var segments: [SegmentIdentity] {
        pass.archive.segments.map {
            SegmentIdentity(path: $0.name, bytes: Int($0.bytes), digest: $0.identity.hex)
        }
    }

    /// Frames that salvage dropped.
    package var salvageRemarks: [String] { standing.remarks }

    /// The number of shards.
    package var shardCount: Int { pass.shards.count }

    /// The record ids of one read model.
    package func recordCounts(readModel: Int) -> RecordCounts {
        var counts = RecordCounts()
        let lane = pass.plan.laneOfReadModel[readModel]
        for (entity, records) in zip(standing.tally.entities, standing.tally.records) {
            counts.recordIDs += records.ids
            guard pass.plan.takes(entity, readModel: readModel) else {
                counts.filtered += records.ids
                continue
            }
            let upcastRejects = standing.tally.laneRejects[lane]?[entity] ?? 0
            counts.marked += records.marked
            counts.filtered += records.cut
            counts.rejected += records.rejected + upcastRejects
            counts.merged += records.ids - records.marked - records.cut - records.rejected - upcastRejects
        }
        return counts
    }

    /// Gives each aggregate of one read model and shard once, by hash and key.
    package func forEachAggregate(
        readModel: Int,
        shard: Int,
        _ body: (AggregateSnapshot) async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        let lane = pass.plan.laneOfReadModel[readModel]
        var group: [AggregateSnapshot] = []
        try await pass.shards[shard].forEach { stateLane, key, state in
            guard stateLane == lane, let (entity, id) = AggregateKey.decode(key),
                pass.plan.takes(entity, readModel: readModel)
            else { return }
            if let snapshot = snapshot(lane, entity, id, state) { group.append(snapshot) }
        } flush: { () async throws(PipelineError) in
            for snapshot in group { try await body(snapshot) }
            group.removeAll(keepingCapacity: true)
        }
    }

    private func snapshot(_ lane: Int, _ entity: ByteString, _ id: ByteString, _ state: RawSpan) -> AggregateSnapshot? {
        guard pass.plan.lanes[lane].kind == .history else {
            return evaluator.snapshot(state, entity: entity, id: id)
        }
        return nil
    }

    /// Frees memory and deletes spills.
    package func discard() async throws(PipelineError) {
        for shard in pass.shards { shard.discard() }
    }
}

extension Reject {
    /// Archive order: segment by path bytes, line, record.
    static func precedes(_ left: Reject, _ right: Reject) -> Bool {
        let ours = ByteString(left.segment ?? "")
        let theirs = ByteString(right.segment ?? "")
        if ours != theirs { return ours < theirs }
        return (left.line ?? 0, left.record ?? -1) < (right.line ?? 0, right.record ?? -1)
    }
}

extension EntityMark {
    /// By entity, commitTimestamp, changeType, recordId, transactionKey.
    static func precedes(_ left: EntityMark, _ right: EntityMark) -> Bool {
        func parts(_ mark: EntityMark) -> [ByteString] {
            [mark.changeType, mark.recordID, mark.transactionKey].map { ByteString($0) }
        }
        if left.entity != right.entity { return ByteString(left.entity) < ByteString(right.entity) }
        if left.commitTimestamp != right.commitTimestamp { return left.commitTimestamp < right.commitTimestamp }
        return parts(left).lexicographicallyPrecedes(parts(right))
    }
}
