internal import RefoldBytes
internal import RefoldModel

/// One aggregate as the audit sees it.
struct AuditedAggregate {
    /// `Entity#id`.
    var key: ByteString
    /// Its state; nil when no event of its history made one.
    var snapshot: AggregateSnapshot?
    /// Its exact counts, of the merge fold.
    var audit: MergeAudit?
    /// Its line.
    var line: ByteString?
}

extension ShardedStates {
    /// Gives each aggregate of a shard that the first read model takes, also those without a state.
    func forEachAudited(
        shard: Int,
        _ body: (AuditedAggregate) throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        var group: [AuditedAggregate] = []
        func give() throws(PipelineError) {
            for aggregate in group { try body(aggregate) }
            group.removeAll(keepingCapacity: true)
        }
        if let fold = folds[0] {
            var histories = HistoryLane(pass.plan, lane: 0, fold: fold)
            try await pass.shards[shard].lendEach { _, key, state in
                guard let (entity, id) = AggregateKey.decode(key) else { return }
                let snapshot = histories.finish(state, id: id).snapshot
                let key = ByteString(entity.bytes + [UInt8(ascii: "#")] + id.bytes)
                group.append(AuditedAggregate(key: key, snapshot: snapshot, line: snapshot?.line))
            } flush: { () async throws(PipelineError) in
                try give()
            }
            return
        }
        try await pass.shards[shard].lendEach { _, key, state in
            guard let (entity, id) = AggregateKey.decode(key) else { return }
            let snapshot = evaluator.snapshot(state, entity: entity, id: id)
            let audit = MergeAudit(state)
            let line = audit.line(state, snapshot)
            group.append(AuditedAggregate(key: snapshot.key, snapshot: snapshot, audit: audit, line: line))
        } flush: { () async throws(PipelineError) in
            try give()
        }
    }

    /// The failure of a chosen aggregate that has no event.
    func unknown(_ chosen: ChosenAggregate) -> PipelineError {
        let seen = zip(standing.tally.entities, standing.tally.records).filter { $0.1.ids > $0.1.cut }
        let own = seen.first { entity, _ in
            chosen.key.bytes.starts(with: entity.bytes) && chosen.key.count > entity.count
                && "#/".utf8.contains(chosen.key.bytes[entity.count])
        }
        let names = seen.map(\.0.string).sorted().prefix(8).joined(separator: ", ")
        return PipelineError(
            .unknown,
            "the archive has no event of \(chosen.key)",
            place: pass.plan.readModels[0].name == "state"
                ? nil : "read model \(pass.plan.readModels[0].name)",
            cause: own.map {
                "\(grouped($0.1.ids - $0.1.cut)) record ids of \($0.0) were read, none of them is this one"
            }
                ?? (seen.isEmpty ? "it has no event at all" : "it has events of \(names)"),
            fix: "check entity and id: both are case-sensitive"
        )
    }

    /// The failure of a chosen aggregate whose events made no state.
    func withoutState(_ chosen: ChosenAggregate) -> PipelineError {
        let words = Set(rejects.filter { $0.key != nil }.map(\.why)).sorted()
        return PipelineError(
            .unknown,
            "\(chosen.key) has events and no state",
            place: "read model \(pass.plan.readModels[0].name)",
            cause: words.isEmpty
                ? "its events are all ignored"
                : "its events were set aside: \(words.joined(separator: ", "))",
            fix: "see them with `refold events`"
        )
    }
}

extension AggregateSnapshot {
    /// The state of a fold other than merge as one canonical line, without its end.
    var line: ByteString {
        let before: JSONValue = ["entity": .string(entity)]
        let after: JSONValue = [
            "id": .string(id), "key": .string(key), "position": .integer(position),
            "state": .text(state.rawValue), "time": time, "type": .string(type), "version": .integer(version),
        ]
        var line = before.canonical.bytes
        line.removeLast()
        line.append(contentsOf: ",\"fields\":".utf8)
        line.append(contentsOf: fields.bytes)
        line.append(UInt8(ascii: ","))
        line.append(contentsOf: after.canonical.bytes.dropFirst())
        return ByteString(line)
    }
}
