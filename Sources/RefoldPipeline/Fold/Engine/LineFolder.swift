internal import RefoldBytes
internal import RefoldModel

/// Makes partial states of lines: decodes, upcasts, splits an event by its records, joins within the block.
///
/// Isolation: one owner, a worker.
struct LineFolder: ~Copyable {
    let plan: FoldPlan
    let envelope: GenericEnvelope?
    var reader: SalesforceReader
    private var encoder = MergeCombiner(keepsHistory: false)
    var history: [UInt8] = []
    var key: [UInt8] = []
    /// The states of the lines folded since ``StateTable/removeAll()``.
    var table: StateTable
    var tally = FoldTally()

    init(_ plan: FoldPlan) {
        self.plan = plan
        envelope = plan.envelope
        reader = SalesforceReader(plan.names, keepsBody: plan.needsBodies)
        table = StateTable(kinds: plan.lanes.map(\.kind), chunkBytes: 1 << 18)
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
        let entity = tally.place(of: reader.event.entity)
        let records = reader.event.recordIDs.count
        tally.count(entity) { $0.ids += records }
        let isCut = plan.asOf.map { reader.event.commitTimestamp > $0 } ?? false
        var ids: [ByteString] = []
        for record in 0..<records {
            let recordID = reader.event.recordIDs[record]
            switch RecordTarget(recordID: recordID, kind: reader.event.kind) {
            case .reject:
                tally.count(entity) { $0.rejected += 1 }
                reject(.badRecordID, nil, line, text, place, record: record)
            case .entityMark where !isCut:
                tally.count(entity) { $0.marked += 1 }
                mark(recordID)
            case .aggregate(let id) where !isCut:
                if plan.keeps(reader.event.entity, id) { ids.append(id) }
            case .entityMark, .aggregate:
                tally.count(entity) { $0.cut += 1 }
                tally.cut += 1
            }
        }
        guard !ids.isEmpty else { return }
        for lane in plan.lanes.indices where plan.lanes[lane].takes(reader.event.entity) {
            absorb(ids, lane, line, text, place)
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
            encoder.encode(reader.event)
            for id in ids { absorbEncoded(lane, id) }
            return
        }
        for id in ids {
            do throws(EventReject) {
                var general = reader.general(id: id)
                if try plan.chains[lane].apply(to: &general) {
                    try reader.rebuild(from: general)
                    encoder.encode(reader.upcast)
                } else {
                    encoder.encode(reader.event)
                }
                absorbEncoded(lane, id)
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

    private mutating func absorbEncoded(_ lane: Int, _ id: ByteString) {
        AggregateKey.encode(reader.event.entity, id, into: &key)
        encoder.absorbOutput(into: &table, lane: lane, key: key)
    }

    mutating func absorbHistory(_ lane: Int, _ entity: ByteString, _ id: ByteString) {
        AggregateKey.encode(entity, id, into: &key)
        table.absorb(lane: lane, key: key, state: history)
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
