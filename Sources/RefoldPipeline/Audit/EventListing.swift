package import RefoldBytes
package import RefoldModel

/// The events of one aggregate in the order they fold, copies behind the event they are copies of.
package struct EventListing: Sendable {
    /// The parts of a Salesforce event's order (FOLD R14).
    package struct Order: Sendable, Hashable {
        /// Milliseconds since 1970.
        package let commitTimestamp: Int64
        /// The system change number.
        package let commitNumber: Int64
        /// The transaction's key; empty when the event has none.
        package let transactionKey: ByteString
        /// The order inside the transaction.
        package let sequenceNumber: Int64
        /// What stands in for the transaction key: the envelope's id, or the line's SHA-256.
        package let identity: ByteString
    }
    /// One event of the listing.
    package struct Entry: Sendable, Hashable {
        /// The segment's path within the archive.
        package let segment: String
        /// The line in the segment, from 1.
        package let line: Int
        /// A further copy of the event before it.
        package let isCopy: Bool
        /// The event as it came, names decoded; the read model's upcasters have not seen it.
        package let event: Event
        /// The parts of its order; nil for formats whose position says it all.
        package let order: Order?
        /// A list of names could not be decoded (FOLD R22).
        package let hasBitmapFailure: Bool
    }
    /// The events.
    package let entries: [Entry]
    /// How many lines, events and ids of the whole archive were set aside.
    package let rejectCount: Int
    /// Frames that salvage dropped, one sentence each.
    package let salvageRemarks: [String]

    /// Reads a whole archive for the aggregate that the request chooses, by the format of its read model.
    ///
    /// Without a read model the archive is Salesforce's. Throws `archiveRefused` for a damaged archive unless the request
    /// salvages, and `pipeline.unknown` when the archive does not have the aggregate.
    package init(
        _ request: FoldRequest,
        engine: ParallelFold,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) {
        var request = request
        let format = request.readModels.first?.events ?? .salesforceCDC
        request.readModels = [Self.everything(of: format)]
        request.checkpointSeconds = 0
        request.keepsCopies = true
        let states = try await engine.foldStates(request, checkpoints: NoCheckpoints(), progress: progress)
        var entries: [Entry] = []
        for shard in 0..<states.shardCount { entries += try await states.events(shard: shard) }
        self.entries = entries
        rejectCount = states.rejects.count
        salvageRemarks = states.salvageRemarks
        if let chosen = request.only, entries.isEmpty { throw states.unknown(chosen) }
        try await states.discard()
    }

    /// A read model that keeps every event and folds none.
    private static func everything(of format: EventFormat) -> ReadModelDefinition {
        ReadModelDefinition(
            name: "state",
            version: 1,
            events: format,
            aggregate: AggregateDefinition(
                entities: [],
                fold: .ordered(OrderedRules(byType: [:], otherwise: .ignore)),
                maxBytes: .max
            ),
            document: DocumentDefinition(fields: .all),
            index: IndexDefinition(aliases: ["state"])
        )
    }
}

extension ShardedStates {
    /// The events of a shard's histories, which keep copies.
    fileprivate func events(shard: Int) async throws(PipelineError) -> [EventListing.Entry] {
        guard let fold = folds[0] else { return [] }
        var histories = HistoryLane(pass.plan, lane: 0, fold: fold)
        var listed: [EventListing.Entry] = []
        try await pass.shards[shard].lendEach { _, key, state in
            guard let (_, id) = AggregateKey.decode(key) else { return }
            for copies in Self.grouped(HistoryState.entries(state), histories) {
                for (place, entry) in copies.enumerated() {
                    guard let event = histories.event(of: entry.line, id: id) else { continue }
                    listed.append(self.entry(entry, event, isCopy: place > 0, histories.lastRead))
                }
            }
        } flush: { () async throws(PipelineError) in
        }
        return listed
    }

    /// The events in order, each before its further copies.
    ///
    /// In generic formats the copy whose line is the byte-wise smaller one counts, at its own place of the order. Of a
    /// Salesforce event every copy counts, and the first of the archive stands for all.
    private static func grouped(
        _ entries: [HistoryState.Entry],
        _ histories: borrowing HistoryLane
    ) -> [[HistoryState.Entry]] {
        let isGeneric = entries.first.flatMap { histories.identity(of: $0.line) } != nil
        let identities = entries.map { histories.identity(of: $0.line) ?? $0.order.withoutPlace }
        var groups: [ByteString: [Int]] = [:]
        for (place, identity) in identities.enumerated() { groups[identity, default: []].append(place) }
        let counting = groups.mapValues { copies in
            isGeneric ? copies.min { (entries[$0].line, $0) < (entries[$1].line, $1) } : copies.first
        }
        return entries.indices.compactMap { place in
            guard counting[identities[place]] == place else { return nil }
            let others = groups[identities[place], default: []].filter { $0 != place }
            return ([place] + others).map { entries[$0] }
        }
    }

    private func entry(
        _ entry: HistoryState.Entry,
        _ event: Event,
        isCopy: Bool,
        _ salesforce: SalesforceEvent
    ) -> EventListing.Entry {
        let source = pass.source(of: entry.place)
        let order = EventListing.Order(
            commitTimestamp: salesforce.commitTimestamp,
            commitNumber: salesforce.commitNumber,
            transactionKey: salesforce.transactionKey,
            sequenceNumber: salesforce.sequenceNumber,
            identity: salesforce.identity
        )
        let isSalesforce = pass.plan.format == .salesforceCDC
        return EventListing.Entry(
            segment: source?.segment ?? "",
            line: source?.line ?? 0,
            isCopy: isCopy,
            event: event,
            order: isSalesforce ? order : nil,
            hasBitmapFailure: isSalesforce && salesforce.hasBitmapFailure
        )
    }
}

extension ByteString {
    private static let placeBytes = 20

    /// An order key made one of its place, so that copies do not become one: they follow each other as they were read.
    func told(apart place: LinePlace, record: Int = 0) -> ByteString {
        var bytes = bytes
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(place.segment)
        append(place.block)
        append(place.line)
        append(UInt32(truncatingIfNeeded: record))
        return ByteString(bytes)
    }

    /// The order key without its place.
    fileprivate var withoutPlace: ByteString { ByteString(copying: bytes.dropLast(Self.placeBytes)) }
}
