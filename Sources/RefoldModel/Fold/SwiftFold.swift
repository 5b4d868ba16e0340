import RefoldBytes

/// Folds a history with a Swift aggregate.
package struct SwiftFold: HistoryFold {
    private let aggregate: any Aggregate.Type
    private let deletingTypes: Set<ByteString>

    /// What `Aggregate.isDeleted` says by default.
    ///
    /// A default implementation sees neither the format nor the last event, so the fold leaves the answer here while it asks.
    @TaskLocal static var isAfterDelete = false

    /// The fold of a registered type.
    package init(_ aggregate: any Aggregate.Type, isSalesforce: Bool) {
        self.aggregate = aggregate
        deletingTypes = isSalesforce ? ["DELETE", "GAP_DELETE"] : []
    }

    /// Applies the events in order; the fields are the type's `Codable` JSON.
    package func fold(_ events: some Collection<Event>, version: Int64?) -> FoldedHistory {
        run(aggregate, over: events, version, keepsStateBefore: false)
    }

    /// Keeping the state before each event would make the type copy its lists at every one, so that is done only in a
    /// history of which an event was refused: it is folded anew.
    private func run<A: Aggregate>(
        _: A.Type,
        over events: some Collection<Event>,
        _ version: Int64?,
        keepsStateBefore: Bool
    ) -> FoldedHistory {
        var aggregate = A()
        var last: (index: Int, event: Event)?
        var folded = FoldedHistory(snapshot: nil, rejections: [])
        for (index, event) in events.enumerated() {
            let before = keepsStateBefore ? aggregate : nil
            do {
                try aggregate.apply(event)
                last = (index, event)
            } catch {
                guard let before else { return run(A.self, over: events, version, keepsStateBefore: true) }
                aggregate = before
                let detail = "\(A.self) threw \(nameOfError(error)) on \(event.type)"
                folded.rejections.append(.init(index: index, reject: EventReject(.aggregateRefused, detail)))
            }
        }
        guard let last else { return folded }
        do {
            folded.snapshot = try snapshot(of: aggregate, after: last.event, version)
        } catch {
            let detail = "\(A.self) has no JSON object: \(nameOfError(error))"
            folded.rejections.append(.init(index: last.index, reject: EventReject(.aggregateRefused, detail)))
        }
        return folded
    }

    private func snapshot(
        of aggregate: some Aggregate,
        after event: Event,
        _ version: Int64?
    ) throws -> AggregateSnapshot {
        let isDeleted = Self.$isAfterDelete.withValue(deletingTypes.contains(event.type)) {
            aggregate.isDeleted
        }
        return AggregateSnapshot(
            entity: event.entity,
            id: event.id,
            state: isDeleted ? .deleted : .live,
            fields: isDeleted ? "{}" : try JSONValueEncoder().encodeObject(aggregate).canonical,
            version: version ?? event.position,
            position: event.position,
            time: event.time,
            type: event.type
        )
    }
}
