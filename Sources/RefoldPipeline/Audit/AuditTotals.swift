internal import RefoldBytes
internal import RefoldModel

/// What the audited aggregates add up to.
struct AuditTotals {
    /// Aggregates with at least one event, also those without a state.
    private(set) var aggregates = 0
    private var live = 0
    private var deleted = 0
    private var dirty = 0
    private var partial = 0
    private var applied = 0
    private var ignored = 0
    private var duplicates = 0
    private var notes: [String: Int] = [:]
    private var isMerge = true

    mutating func add(_ aggregate: AuditedAggregate) {
        aggregates += 1
        isMerge = isMerge && aggregate.audit != nil
        guard let snapshot = aggregate.snapshot else { return }
        if snapshot.state == .live { live += 1 } else { deleted += 1 }
        guard let audit = aggregate.audit else { return }
        if !snapshot.dirty.isEmpty { dirty += 1 }
        if snapshot.isPartial { partial += 1 }
        applied += audit.applied
        ignored += audit.ignored
        duplicates += audit.duplicates
        notes.merge(audit.notes) { $0 + $1 }
    }

    /// The report; what only the merge fold counts is left out of another's.
    func report(of states: ShardedStates, digest: String, asOf: Int64?) -> JSONValue {
        let damages = states.standing.damages.map { damage in
            JSONValue.object(
                [
                    "frame": .integer(damage.frame), "offset": .integer(damage.offset),
                    "segment": .text(damage.segment),
                ]
            )
        }
        var report: JSONObject = [
            "bad_segments": .array(damages), "counts": .object(counts(of: states, asOf: asOf)),
            "dead": .object(Self.tallied(states.rejects.map(\.why))),
            "segments": .texts(states.segments.map(\.path)),
            "state_sha256": .text(digest),
        ]
        if states.pass.plan.format == .salesforceCDC {
            report["entity_marks"] = Self.marks(states.entityMarks)
        }
        if isMerge { report["notes"] = .object(Self.sorted(notes)) }
        return .object(report)
    }

    private func counts(of states: ShardedStates, asOf: Int64?) -> JSONObject {
        let tally = states.standing.tally
        var counts: JSONObject = [
            "aggregates": .integer(live + deleted), "blank": .integer(tally.blank),
            "deleted": .integer(deleted),
            "events": .integer(tally.events), "lines": .integer(states.lineCounts.lines),
            "live": .integer(live),
            "lone_surrogate_lines": .integer(tally.loneSurrogateLines),
        ]
        if isMerge {
            counts["applied"] = .integer(applied)
            counts["dirty"] = .integer(dirty)
            counts["duplicates"] = .integer(duplicates)
            counts["ignored"] = .integer(ignored)
            counts["partial"] = .integer(partial)
            counts["record_events"] = .integer(applied + ignored + duplicates)
        }
        if asOf != nil { counts["cut"] = .integer(tally.cut) }
        return counts
    }

    private static func tallied(_ words: [String]) -> JSONObject {
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        return sorted(counts)
    }

    private static func sorted(_ counts: [String: Int]) -> JSONObject {
        JSONObject(counts.sorted { $0.key < $1.key }.map { (ByteString($0), .integer($1)) })
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
