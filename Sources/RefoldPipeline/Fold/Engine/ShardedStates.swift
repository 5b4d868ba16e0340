internal import RefoldArchive
package import RefoldBytes
package import RefoldModel

/// The folded archive, in the shards that folded it.
package struct ShardedStates: FoldedStates {
    let pass: FoldPass
    let standing: FoldPass.Standing
    let folds: [(any HistoryFold)?]
    let evaluator: MergeEvaluator
    /// Record ids that an ordered fold set aside, by read model.
    private let historyRejects: [Int: Int]
    /// The lines of the archive.
    package let lineCounts: LineCounts
    /// Everything set aside, in archive order.
    package let rejects: [Reject]
    /// Entity marks, sorted.
    package let entityMarks: [EntityMark]
    /// What of an earlier run's states was used.
    package var snapshotRemarks: [String] = []

    init(_ pass: FoldPass, types: TypeRegistry) async throws(PipelineError) {
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
        entityMarks = standing.marks.sorted(by: EntityMark.precedes)
        let histories = try await Self.historyRejects(pass, folds)
        rejects = (standing.rejects + histories.rejects).sorted(by: Reject.precedes)
        historyRejects = histories.counts
    }

    /// Folds every history once for what it sets aside, so that sums and rejects are whole before the first document.
    private static func historyRejects(
        _ pass: FoldPass,
        _ folds: [(any HistoryFold)?]
    ) async throws(PipelineError) -> (rejects: [Reject], counts: [Int: Int]) {
        var rejects: [Reject] = []
        var counts: [Int: Int] = [:]
        for (lane, fold) in folds.enumerated() {
            guard let fold else { continue }
            for shard in pass.shards {
                var histories = HistoryLane(pass.plan, lane: lane, fold: fold)
                try await shard.lendEach { stateLane, key, state in
                    guard stateLane == lane, let (entity, id) = AggregateKey.decode(key) else { return }
                    let made = histories.finish(state, id: id).rejections
                    for model in pass.plan.readModels.indices
                    where pass.plan.laneOfReadModel[model] == lane
                        && pass.plan.takes(entity, readModel: model)
                    {
                        counts[model, default: 0] += made.count
                        rejects += made.map { pass.reject($0, entity: entity, id: id, readModel: model) }
                    }
                } flush: { () async throws(PipelineError) in
                }
            }
        }
        return (rejects, counts)
    }

    /// SHA-256 over the segments that were read, hexadecimal.
    package var archiveDigest: String { pass.archive.digest.hex }

    /// The segments that were read.
    package var segments: [SegmentIdentity] {
        pass.archive.segments.map {
            SegmentIdentity(path: $0.name, bytes: Int($0.bytes), digest: $0.identity.hex)
        }
    }

    /// The entities that events name, sorted.
    package var entities: [ByteString] { standing.tally.entities.sorted() }

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
        counts.merged -= historyRejects[readModel] ?? 0
        counts.rejected += historyRejects[readModel] ?? 0
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
        if let fold = folds[lane] {
            var histories = HistoryLane(pass.plan, lane: lane, fold: fold)
            try await pass.shards[shard].lendEach { stateLane, key, state in
                guard stateLane == lane, pass.plan.takes(key: key, readModel: readModel),
                    let (_, id) = AggregateKey.decode(key)
                else { return }
                if let snapshot = histories.finish(state, id: id).snapshot { group.append(snapshot) }
            } flush: { () async throws(PipelineError) in
                for snapshot in group { try await body(snapshot) }
                group.removeAll(keepingCapacity: true)
            }
            return
        }
        try await pass.shards[shard].lendEach { stateLane, key, state in
            guard stateLane == lane, pass.plan.takes(key: key, readModel: readModel),
                let (entity, id) = AggregateKey.decode(key)
            else { return }
            group.append(evaluator.snapshot(state, entity: entity, id: id))
        } flush: { () async throws(PipelineError) in
            for snapshot in group { try await body(snapshot) }
            group.removeAll(keepingCapacity: true)
        }
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
        if left.commitTimestamp != right.commitTimestamp {
            return left.commitTimestamp < right.commitTimestamp
        }
        return parts(left).lexicographicallyPrecedes(parts(right))
    }
}
