internal import RefoldBytes
internal import RefoldModel

/// Lines under envelopes that carry a position of their own.
extension LineFolder {
    mutating func foldGeneric(
        _ envelope: GenericEnvelope,
        _ line: JSONLine,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        _ place: LinePlace
    ) {
        let decoded: DecodedEvent
        switch envelope.decode(JSONValue(Int(line.firstNode), of: nodes, in: text)) {
        case .success(let event): decoded = event
        case .failure(let error): return rejectLine(error.why, error.detail, line, text, place)
        }
        tally.events += 1
        let entity = tally.place(of: decoded.event.entity)
        tally.count(entity) { $0.ids += 1 }
        if let asOf = plan.asOf, let time = decoded.event.timeMilliseconds, time > asOf {
            tally.count(entity) { $0.cut += 1 }
            tally.cut += 1
            return
        }
        guard plan.keeps(decoded.event.entity, decoded.event.id) else { return }
        let entry = HistoryState.Entry(
            order: plan.keepsCopies ? decoded.order.told(apart: place) : decoded.order,
            line: ByteString(copying: text, in: line.range),
            place: place
        )
        HistoryState.encode(entry, into: &history)
        for lane in plan.lanes.indices where plan.lanes[lane].takes(decoded.event.entity) {
            absorbHistory(lane, decoded.event.entity, decoded.event.id)
        }
    }
}
