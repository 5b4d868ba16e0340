package import RefoldBytes
internal import RefoldModel

/// The canonical state of a Salesforce archive, line by line, with its rejects and its counts (FOLD, section F).
package struct StateAudit: Sendable {
    /// One line an aggregate, sorted by key bytes, each with its line end.
    package private(set) var state: [UInt8] = []
    /// One line a reject, in archive order (FOLD R10).
    package private(set) var rejects: [UInt8] = []
    /// The counts, notes and marks.
    package private(set) var report: JSONValue = .null

    fileprivate struct Totals {
        var live = 0
        var deleted = 0
        var dirty = 0
        var partial = 0
        var applied = 0
        var ignored = 0
        var duplicates = 0
        var notes: [String: Int] = [:]
    }

    /// A read model that takes every entity and field: what the audit folds by.
    private static let everything = ReadModelDefinition(
        name: "state",
        version: 1,
        events: .salesforceCDC,
        aggregate: AggregateDefinition(entities: [], fold: .merge),
        document: DocumentDefinition(fields: .all),
        index: IndexDefinition(aliases: ["state"])
    )

    /// Folds a whole archive; the engine must keep histories.
    ///
    /// Throws `archiveRefused` for a damaged archive unless the request salvages; its read models are not used.
    package init(
        _ request: FoldRequest,
        engine: ParallelFold,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) {
        var request = request
        request.readModels = [Self.everything]
        request.checkpointSeconds = 0
        let states = try await engine.foldStates(request, checkpoints: NoCheckpoints(), progress: progress)
        var lines: [(key: ByteString, line: ByteString)] = []
        var totals = Totals()
        for shard in 0..<states.shardCount {
            try await states.forEachAudit(shard: shard) { snapshot, audit, line in
                lines.append((snapshot.key, line))
                totals.add(snapshot, audit)
            }
        }
        lines.sort { $0.key < $1.key }
        for entry in lines {
            state += entry.line.bytes
            state.append(UInt8(ascii: "\n"))
        }
        for reject in states.rejects { append(reject) }
        report = Self.report(of: states, totals, digest: SHA256.digest(of: state).hex, asOf: request.asOf)
        try await states.discard()
    }

    private mutating func append(_ reject: Reject) {
        var object: JSONObject = [
            "line": .integer(reject.line ?? 0), "segment": .text(reject.segment ?? ""),
            "why": .text(reject.why),
        ]
        object["record"] = reject.record.map { .integer($0) }
        rejects += JSONValue.object(object).canonical.bytes
        rejects.append(UInt8(ascii: "\n"))
    }

    private static func report(
        of states: ShardedStates,
        _ totals: Totals,
        digest: String,
        asOf: Int64?
    ) -> JSONValue {
        let tally = states.standing.tally
        let distinct = totals.applied + totals.ignored
        var counts: JSONObject = [
            "aggregates": .integer(totals.live + totals.deleted), "applied": .integer(totals.applied),
            "blank": .integer(tally.blank), "deleted": .integer(totals.deleted),
            "dirty": .integer(totals.dirty),
            "duplicates": .integer(totals.duplicates), "events": .integer(tally.events),
            "ignored": .integer(totals.ignored), "lines": .integer(states.lineCounts.lines),
            "live": .integer(totals.live), "lone_surrogate_lines": .integer(tally.loneSurrogateLines),
            "partial": .integer(totals.partial), "record_events": .integer(distinct + totals.duplicates),
        ]
        if asOf != nil { counts["cut"] = .integer(tally.cut) }
        let damages = states.standing.damages.map { damage in
            JSONValue.object(
                [
                    "frame": .integer(damage.frame), "offset": .integer(damage.offset),
                    "segment": .text(damage.segment),
                ]
            )
        }
        return [
            "bad_segments": .array(damages), "counts": .object(counts),
            "dead": .object(tallied(states.rejects.map(\.why))), "entity_marks": marks(states.entityMarks),
            "notes": .object(
                JSONObject(totals.notes.sorted { $0.key < $1.key }.map { (ByteString($0), .integer($1)) })
            ),
            "segments": .array(states.segments.map { .text($0.path) }), "state_sha256": .text(digest),
        ]
    }

    private static func tallied(_ words: [String]) -> JSONObject {
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        return JSONObject(counts.sorted { $0.key < $1.key }.map { (ByteString($0), .integer($1)) })
    }

    private static func marks(_ marks: [EntityMark]) -> JSONValue {
        var byEntity = JSONObject()
        for mark in marks {
            let one: JSONValue = [
                "changeType": .text(mark.changeType), "commitTimestamp": .integer(mark.commitTimestamp),
                "recordId": .text(mark.recordID), "transactionKey": .text(mark.transactionKey),
            ]
            let entity = ByteString(mark.entity)
            byEntity[entity] = .array((byEntity[entity]?.asArray ?? []) + [one])
        }
        return .object(byEntity)
    }
}

extension StateAudit.Totals {
    fileprivate mutating func add(_ snapshot: AggregateSnapshot, _ audit: MergeAudit) {
        if snapshot.state == .live { live += 1 } else { deleted += 1 }
        if !snapshot.dirty.isEmpty { dirty += 1 }
        if snapshot.isPartial { partial += 1 }
        applied += audit.applied
        ignored += audit.ignored
        duplicates += audit.duplicates
        notes.merge(audit.notes) { $0 + $1 }
    }
}

extension ShardedStates {
    /// Gives each aggregate of a shard with its counts and its canonical line.
    func forEachAudit(
        shard: Int,
        _ body: (AggregateSnapshot, MergeAudit, ByteString) -> Void
    ) async throws(PipelineError) {
        try await pass.shards[shard].forEach { _, key, state in
            guard let (entity, id) = AggregateKey.decode(key) else { return }
            let snapshot = evaluator.snapshot(state, entity: entity, id: id)
            let audit = MergeAudit(state)
            body(snapshot, audit, audit.line(state, snapshot))
        } flush: { () async throws(PipelineError) in
        }
    }
}
