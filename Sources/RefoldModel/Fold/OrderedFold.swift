package import RefoldBytes

/// The state of one aggregate while its events are applied in order.
package struct OrderedState: Sendable, Hashable {
    /// What the aggregate is.
    package enum Condition: Sendable, Hashable {
        /// No event has made it.
        case absent
        /// It has fields.
        case live
        /// Its last word was a delete.
        case deleted
    }
    /// What it is.
    package internal(set) var condition = Condition.absent
    /// The fields, when it lives.
    package internal(set) var fields = JSONObject()

    /// Absent.
    package init() {}
}

/// Folds a history by what the manifest says of each event type.
///
/// An event other than `delete` and `ignore` makes the aggregate live, starting empty if it was absent or deleted.
/// A path that the event lacks leaves the field as it is, and an explicit null removes the field, whatever the verb; only
/// `setOnce` leaves a field that is there.
///
/// | verb | absent field | present field | refused |
/// |---|---|---|---|
/// | `set` | set | replaced | |
/// | `setOnce` | set | stays | |
/// | `unset` | stays absent | removed | |
/// | `add` | the number itself | the exact sum, see ``DecimalNumber`` | what is no number: `fold_type`; `fold_overflow` |
/// | `min`, `max` | set | the lesser, greater; of equal ones the older | numbers and texts mixed, others: `fold_type` |
/// | `append` | a list of one | one element more | what is no list: `fold_type` |
///
/// A field whose path leads through a value that is no object is `fold_type`. An object that `unset` or a null leaves
/// empty is removed with its last member.
///
/// Source: MANIFESTS, "Read model", `apply`.
package struct OrderedFold: HistoryFold, Hashable {
    private let rules: OrderedRules

    /// The fold of the rules.
    package init(_ rules: OrderedRules) { self.rules = rules }

    /// Applies one event, all of it or, when it throws, none of it.
    ///
    /// Complexity: linear in the fields of the state and the length of what the event brings, not in the length of lists.
    package func apply(_ event: Event, to state: inout OrderedState) throws(EventReject) {
        guard let rule = rules.byType[event.type] ?? rules.otherwise else {
            throw EventReject(.unknownType, "apply does not name the type \(event.type)")
        }
        switch rule {
        case .ignore: break
        case .delete:
            state.condition = .deleted
            state.fields = JSONObject()
        case .apply(let steps):
            // What a deleted aggregate had is gone already, so its fields need no clearing.
            try apply(steps, of: event, to: &state.fields)
            state.condition = .live
        }
    }

    /// Applies the events in order.
    package func fold(_ events: some Collection<Event>, version: Int64?) -> FoldedHistory {
        var state = OrderedState()
        var last: Event?
        var folded = FoldedHistory(snapshot: nil, rejections: [])
        for (index, event) in events.enumerated() {
            do throws(EventReject) {
                try apply(event, to: &state)
                last = event
            } catch {
                folded.rejections.append(.init(index: index, reject: error))
            }
        }
        guard let last, state.condition != .absent else { return folded }
        folded.snapshot = AggregateSnapshot(
            entity: last.entity,
            id: last.id,
            state: state.condition == .live ? .live : .deleted,
            fields: JSONValue.object(state.fields).canonical,
            version: version ?? last.position,
            position: last.position,
            time: last.time,
            type: last.type
        )
        return folded
    }
}
