internal import RefoldBytes
internal import RefoldModel

/// Folds the histories of one lane: lines back to events, upcast, copies left out, in order.
///
/// Isolation: one owner; it keeps a reader.
struct HistoryLane: ~Copyable {
    /// An event that was set aside, and where it was read.
    struct Rejection {
        var place: LinePlace
        var line: ByteString
        var reject: EventReject
    }
    private let lane: FoldLane
    private let chain: UpcastChain
    private let envelope: GenericEnvelope?
    private let fold: any HistoryFold
    private var reader: SalesforceReader
    private var tape = JSONTape()

    init(_ plan: FoldPlan, lane: Int, fold: any HistoryFold) {
        self.lane = plan.lanes[lane]
        chain = plan.chains[lane]
        envelope = plan.envelope
        self.fold = fold
        reader = SalesforceReader(plan.names, keepsBody: true)
    }

    /// The snapshot of one aggregate's history, and what was set aside on the way.
    mutating func finish(
        _ state: RawSpan,
        id: ByteString
    ) -> (snapshot: AggregateSnapshot?, rejections: [Rejection]) {
        let entries = counted(HistoryState.entries(state))
        if state.byteCount > lane.maxBytes, let last = entries.last {
            let detail = "its history has \(grouped(state.byteCount)) bytes, more than aggregate.maxBytes"
            let reject = EventReject(.aggregateTooLarge, detail)
            return (nil, [Rejection(place: last.place, line: last.line, reject: reject)])
        }
        var events: [Event] = []
        var sources: [HistoryState.Entry] = []
        var rejections: [Rejection] = []
        for entry in entries {
            guard var event = event(of: entry.line, id: id) else { continue }
            do throws(EventReject) {
                _ = try chain.apply(to: &event)
                events.append(event)
                sources.append(entry)
            } catch {
                rejections.append(Rejection(place: entry.place, line: entry.line, reject: error))
            }
        }
        let version = envelope == nil ? Self.version(of: entries) : nil
        let folded = fold.fold(events, version: version)
        for rejection in folded.rejections {
            let entry = sources[rejection.index]
            rejections.append(Rejection(place: entry.place, line: entry.line, reject: rejection.reject))
        }
        return (folded.snapshot, rejections)
    }

    /// The entries without copies that stand at another place of the order.
    private func counted(_ entries: [HistoryState.Entry]) -> [HistoryState.Entry] {
        guard let envelope else { return entries }
        let identified = entries.map { entry in
            (identity: Self.decoded(entry.line, envelope)?.identity ?? entry.order, line: entry.line)
        }
        return DecodedEvent.counted(among: identified).map { entries[$0] }
    }

    /// The Salesforce event that ``event(of:id:)`` read last.
    var lastRead: SalesforceEvent { reader.event }

    /// What is equal for copies of one event and nothing else of its aggregate; nil where the order says it.
    func identity(of line: ByteString) -> ByteString? {
        envelope.flatMap { Self.decoded(line, $0)?.identity }
    }

    /// The event of a line that was folded.
    mutating func event(of line: ByteString, id: ByteString) -> Event? {
        if let envelope { return Self.decoded(line, envelope)?.event }
        let padded = line.bytes + [UInt8](repeating: 0, count: JSONTape.padding)
        return padded.withUnsafeBytes { text in
            tape.withLines(of: UnsafeRawBufferPointer(rebasing: text[..<line.count])) { lines, nodes, bytes in
                guard lines.count == 1, lines[0].kind == .object else { return nil }
                do throws(RejectWord) {
                    try reader.read(Int(lines[0].firstNode), nodes, in: bytes, line: lines[0].range)
                } catch {
                    return nil
                }
                return reader.general(id: id)
            }
        }
    }

    /// A line that was decoded once decodes again.
    private static func decoded(_ line: ByteString, _ envelope: GenericEnvelope) -> DecodedEvent? {
        do throws(JSONError) {
            guard case .success(let decoded) = envelope.decode(try JSONValue(parsing: line)) else {
                return nil
            }
            return decoded
        } catch {
            return nil
        }
    }

    /// FOLD R24, from the order keys: their first eight bytes are the commitTimestamp.
    private static func version(of entries: [HistoryState.Entry]) -> Int64? {
        guard let last = entries.last else { return nil }
        let stamp = last.order.bytes.prefix(8)
        let same = entries.reversed().prefix { $0.order.bytes.prefix(8) == stamp }.count
        let bits = stamp.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int64(bitPattern: bits ^ 1 << 63) * 1000 + Int64(min(999, same - 1))
    }
}
