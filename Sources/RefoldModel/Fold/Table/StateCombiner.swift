internal import RefoldBytes

/// How partial states of one lane join.
package enum StateKind: UInt8, Sendable {
    /// Registers; the join keeps what can still matter.
    case merge
    /// Registers with the key of every event, for exact counts.
    case mergeWithHistory
    /// The events themselves; the join is the union of sets.
    case history
}

/// Joins partial states of any kind.
struct StateCombiner: ~Copyable {
    private var merge = MergeCombiner(keepsHistory: false)
    private var audit = MergeCombiner(keepsHistory: true)
    private var history = HistoryCombiner()

    /// Joins two states and lends the result, together with where it shall go.
    mutating func combine<Target: ~Copyable, R>(
        _ kind: StateKind,
        _ left: RawSpan,
        _ right: RawSpan,
        into target: inout Target,
        _ body: (RawSpan, inout Target) -> R
    ) -> R {
        switch kind {
        case .merge:
            merge.combine(left, right)
            return merge.withOutput { body($0, &target) }
        case .mergeWithHistory:
            audit.combine(left, right)
            return audit.withOutput { body($0, &target) }
        case .history:
            history.combine(left, right)
            return history.withOutput { body($0, &target) }
        }
    }
}
