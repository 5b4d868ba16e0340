import RefoldBytes
import RefoldLedger

/// How long a run worked, whatever lay between its attempts.
///
/// The time of a phase is noted when the phase ends. Of an attempt that was killed the ledger knows when its phase
/// began and when it kept something last: so far it counts. What came after is done again, and counts then.
enum WorkingTime {
    /// The fact that says up to which instant `took` counts, milliseconds since 1970.
    static let counted = "counted"
    /// The fact that says when the run kept something last, milliseconds since 1970.
    static let seen = "seen"

    /// What the ledger keeps when a run goes on: the work of an attempt that could not note its end.
    static func facts(
        resuming record: RunRecord,
        _ facts: RunFacts,
        now: Int64
    ) -> [String: JSONValue] {
        var kept: [String: JSONValue] = [counted: .integer(now)]
        guard record.outcome == nil, let phase = RunPhase(rawValue: record.phase),
            let began = facts.countedUntil, let seen = facts.seenAt, began >= 0, seen > began
        else { return kept }
        kept["took:\(phase.rawValue)"] = .integer(sum([facts.durations[phase] ?? 0, seen - began]))
        return kept
    }

    /// A sum that no ledger can make overflow.
    static func sum(_ durations: some Sequence<Int64>) -> Int64 {
        durations.reduce(0) { sum, next in
            let (value, overflow) = sum.addingReportingOverflow(max(0, next))
            return overflow ? .max : value
        }
    }
}
