internal import RefoldBytes
internal import RefoldModel

/// Makes partial states of lines: decodes, upcasts, splits an event by its records, sorts them by shard.
///
/// Isolation: one owner, a worker.
struct LineFolder: ~Copyable {
    let plan: FoldPlan
    let envelope: GenericEnvelope?
    var reader: SalesforceReader
    var history: [UInt8] = []
    var key: [UInt8] = []
    /// What is known of an entity that events named.
    private struct KnownEntity {
        /// The beginning of its aggregates' keys.
        var keyPrefix: [UInt8]
        /// The lanes that take it.
        var lanes: [Int]
        /// Its place in ``tally``; -1 while there is none.
        var tallyPlace = -1
    }
    private var entities: [KnownEntity] = []
    /// For each name's number its place in ``entities``, or -1.
    private var entityOfNumber: [Int] = []
    /// Events go into their aggregates as they are.
    private let isPlain: Bool
    /// The states of the lines folded since they were last taken away, by shard.
    var batches: [StateBatch]
    var tally = FoldTally()

    init(_ plan: FoldPlan, shards: Int) {
        self.plan = plan
        envelope = plan.envelope
        reader = SalesforceReader(plan.names, keepsBody: plan.needsBodies)
        isPlain = plan.isPlain
        batches = [StateBatch](repeating: StateBatch(), count: shards)
    }

    /// Folds one line that is no blank.
    mutating func fold(
        _ line: JSONLine,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        at place: LinePlace
    ) {
        if line.hasLoneSurrogate { tally.loneSurrogateLines += 1 }
        switch line.kind {
        case .blank: tally.blank += 1
        case .badUTF8: rejectLine(.badUTF8, nil, line, text, place)
        case .badJSON: rejectLine(.badJSON, nil, line, text, place)
        case .object:
            if let envelope {
                foldGeneric(envelope, line, nodes, text, place)
            } else {
                foldSalesforce(line, nodes, text, place)
            }
        }
    }

    // MARK: - Salesforce

    private mutating func foldSalesforce(
        _ line: JSONLine,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        _ place: LinePlace
    ) {
        do throws(RejectWord) {
            try reader.read(Int(line.firstNode), nodes, in: text, line: line.range)
        } catch {
            return rejectLine(error, nil, line, text, place)
        }
        tally.events += 1
        let entity = knownEntity()
        let tallied = entities[entity].tallyPlace
        let records = reader.event.recordCount
        tally.count(tallied) { $0.ids += records }
        let isCut = plan.asOf.map { reader.event.commitTimestamp > $0 } ?? false
        var ids: [ByteString] = []
        for record in 0..<records {
            switch reader.event.target(of: record) {
            case .reject:
                tally.count(tallied) { $0.rejected += 1 }
                reject(.badRecordID, nil, line, text, place, record: record)
            case .entityMark where !isCut:
                tally.count(tallied) { $0.marked += 1 }
                mark(reader.event.recordID(record))
            case .aggregate where !isCut:
                if isPlain {
                    absorb(record, of: entity)
                } else {
                    let id = reader.event.aggregateID(record)
                    if plan.keeps(reader.event.entity, id) { ids.append(id) }
                }
            case .entityMark, .aggregate:
                tally.count(tallied) { $0.cut += 1 }
                tally.cut += 1
            }
        }
        guard !ids.isEmpty else { return }
        for lane in plan.lanes.indices where plan.lanes[lane].takes(reader.event.entity) {
            absorb(ids, lane, line, text, place)
        }
    }

    /// The place in ``entities`` of the event's entity, its counts made ready.
    private mutating func knownEntity() -> Int {
        let number = Int(reader.event.entityNumber)
        while entityOfNumber.count <= number { entityOfNumber.append(-1) }
        if entityOfNumber[number] < 0 {
            entityOfNumber[number] = entities.count
            entities.append(
                KnownEntity(
                    keyPrefix: AggregateKey.prefix(reader.event.entity),
                    lanes: plan.lanes.indices.filter { plan.lanes[$0].takes(reader.event.entity) }
                )
            )
        }
        let entity = entityOfNumber[number]
        if entities[entity].tallyPlace < 0 {
            entities[entity].tallyPlace = tally.place(of: reader.event.entity)
        }
        return entity
    }

    /// Forgets what was counted.
    mutating func resetTally() {
        tally = FoldTally()
        for entity in entities.indices { entities[entity].tallyPlace = -1 }
    }

    /// Absorbs the event as it is into one of its aggregates: no upcasters, no history, no chosen aggregate.
    private mutating func absorb(_ record: Int, of entity: Int) {
        key.removeAll(keepingCapacity: true)
        key.append(contentsOf: entities[entity].keyPrefix)
        reader.event.appendAggregateID(record, to: &key)
        for lane in entities[entity].lanes {
            let hash = StateTable.hash(lane: lane, key: key.span)
            let shard = StateTable.shard(of: hash, among: batches.count)
            Self.append(reader.event, lane, key, hash, to: &batches[shard])
        }
    }

    private mutating func absorb(
        _ ids: [ByteString],
        _ lane: Int,
        _ line: JSONLine,
        _ text: Span<UInt8>,
        _ place: LinePlace
    ) {
        guard plan.lanes[lane].kind != .history else {
            var entry = HistoryState.Entry(
                order: reader.orderBytes,
                line: ByteString(copying: text, in: line.range),
                place: place
            )
            if !plan.keepsCopies { HistoryState.encode(entry, into: &history) }
            for (record, id) in ids.enumerated() {
                if plan.keepsCopies {
                    entry.order = reader.orderBytes.told(apart: place, record: record)
                    HistoryState.encode(entry, into: &history)
                }
                absorbHistory(lane, reader.event.entity, id)
            }
            return
        }
        guard !plan.chains[lane].isEmpty else {
            for id in ids { absorb(reader.event, lane, id) }
            return
        }
        for id in ids {
            do throws(EventReject) {
                var general = reader.general(id: id)
                if try plan.chains[lane].apply(to: &general) {
                    try reader.rebuild(from: general)
                    absorb(reader.upcast, lane, id)
                } else {
                    absorb(reader.event, lane, id)
                }
            } catch {
                tally.laneRejects[lane, default: [:]][reader.event.entity, default: 0] += 1
                reject(
                    error.why,
                    error.detail,
                    line,
                    text,
                    place,
                    key: reader.general(id: id).key,
                    lane: lane
                )
            }
        }
    }

    private mutating func absorb(_ event: borrowing SalesforceEvent, _ lane: Int, _ id: ByteString) {
        AggregateKey.encode(event.entity, id, into: &key)
        let hash = StateTable.hash(lane: lane, key: key.span)
        let shard = StateTable.shard(of: hash, among: batches.count)
        Self.append(event, lane, key, hash, to: &batches[shard])
    }

    mutating func absorbHistory(_ lane: Int, _ entity: ByteString, _ id: ByteString) {
        AggregateKey.encode(entity, id, into: &key)
        let hash = StateTable.hash(lane: lane, key: key.span)
        let shard = StateTable.shard(of: hash, among: batches.count)
        Self.append(history, lane, key, hash, to: &batches[shard])
    }

    private static func append(
        _ event: borrowing SalesforceEvent,
        _ lane: Int,
        _ key: [UInt8],
        _ hash: UInt64,
        to batch: inout StateBatch
    ) {
        batch.append(event, lane: lane, key: key.span, hash: hash)
    }

    private static func append(
        _ state: [UInt8],
        _ lane: Int,
        _ key: [UInt8],
        _ hash: UInt64,
        to batch: inout StateBatch
    ) {
        batch.append(lane: lane, key: key.span, hash: hash, state: state.span.bytes)
    }

    private mutating func mark(_ recordID: ByteString) {
        tally.marks.append(
            EntityMark(
                entity: reader.event.entity.string,
                recordID: recordID.string,
                changeType: reader.event.kind.word.string,
                commitTimestamp: reader.event.commitTimestamp,
                transactionKey: reader.event.transactionKey.string
            )
        )
    }
}
