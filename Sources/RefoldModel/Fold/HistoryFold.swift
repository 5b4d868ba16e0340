import RefoldBytes

/// A fold for which order matters: the whole history of one aggregate, in order, each event once.
///
/// Isolation: values without state; one serves all shards.
package protocol HistoryFold: Sendable {
    /// The state after the events and what was rejected on the way.
    ///
    /// The events are one aggregate's, in order, copies counted once. `version` is the document's external version; nil
    /// takes the last applied event's position.
    func fold(_ events: some Collection<Event>, version: Int64?) -> FoldedHistory
}

/// What a history folds to.
package struct FoldedHistory: Sendable, Hashable {
    /// One rejected event.
    package struct Rejection: Sendable, Hashable {
        /// The event's place in the history given, from 0.
        package var index: Int
        /// Why.
        package var reject: EventReject
    }
    /// The aggregate; nil when no event made or ended it (none came, or all were ignored or rejected).
    package var snapshot: AggregateSnapshot?
    /// The rejected events, which changed nothing.
    package var rejections: [Rejection]
}

extension FoldDefinition {
    /// The fold of a definition; nil for `merge`, which needs no order.
    package func historyFold(
        of format: EventFormat,
        types: TypeRegistry
    ) throws(ModelError) -> (any HistoryFold)? {
        switch self {
        case .merge: nil
        case .ordered(let rules): OrderedFold(rules)
        case .swift(let name):
            SwiftFold(try types.aggregate(named: name), isSalesforce: format == .salesforceCDC)
        }
    }
}
