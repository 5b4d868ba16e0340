/// The records as their system has them, and the transactions that change them.
struct MadeWorld: Sendable {
    private struct Aggregate: Sendable {
        enum State: Sendable {
            case absent
            case live
            case deleted
        }
        var state = State.absent
        var created = 0
    }

    private struct Transaction: Sendable {
        var key = ""
        var origin = ""
        var user = ""
        var sequence = 0
        var rest = 0
    }

    private let seed: UInt64
    private var aggregates: [Aggregate]
    private var transaction = Transaction()
    /// Monday, 5 January 2026, 08:00 UTC.
    private var clock = 1_767_600_000_000
    private var commit = 10_731_264_000_000
    private var replay = 9_000_000

    /// A world in which nothing exists yet.
    init(seed: UInt64, aggregates: Int) {
        self.seed = seed
        self.aggregates = Array(repeating: Aggregate(), count: aggregates)
    }

    /// The next change and the object it is one of.
    mutating func event(_ random: inout SplitMix64) -> (MadeEvent, RecordObject) {
        advanceTransaction(&random)
        // The product of two draws prefers low numbers: a few records have long histories.
        let index = random.below(aggregates.count) * random.below(aggregates.count) / aggregates.count
        let object = Self.object(index)
        var event = MadeEvent(
            entity: object.entity,
            recordIDs: [id(index)],
            changeType: "",
            changeOrigin: transaction.origin,
            transactionKey: transaction.key,
            sequenceNumber: transaction.sequence,
            commitTimestamp: clock,
            commitNumber: commit,
            commitUser: transaction.user,
            replayID: replay
        )
        if random.once(in: 2500) {
            event.changeType = "GAP_OVERFLOW"
            event.recordIDs = ["000000000000000AAA"]
            return (event, object)
        }
        change(index, of: object, &event, &random)
        return (event, object)
    }

    private mutating func advanceTransaction(_ random: inout SplitMix64) {
        if transaction.rest == 0 {
            clock += random.below(61) * 1000
            commit += random.within(1...40)
            transaction = Transaction(
                key: RecordValue.uuid(&random),
                origin: random.pick(RecordVocabulary.origins),
                user: RecordID.text(prefix: "005", number: random.below(24)),
                rest: random.within(1...4)
            )
        }
        transaction.rest -= 1
        transaction.sequence += 1
        replay += random.within(1...3)
    }

    private mutating func change(
        _ index: Int,
        of object: RecordObject,
        _ event: inout MadeEvent,
        _ random: inout SplitMix64
    ) {
        let isGap = random.once(in: 400)
        let kind: String
        switch aggregates[index].state {
        case .absent:
            kind = "CREATE"
            aggregates[index] = Aggregate(state: .live, created: clock)
        case .deleted:
            kind = "UNDELETE"
            aggregates[index].state = .live
        case .live where random.once(in: 60):
            kind = "DELETE"
            aggregates[index].state = .deleted
        case .live:
            kind = "UPDATE"
        }
        event.changeType = isGap ? "GAP_" + kind : kind
        guard !isGap, kind != "DELETE" else { return }
        if kind == "UPDATE" {
            if random.once(in: 80) { addRecords(like: index, to: &event, &random) }
            update(index, of: object, &event, &random)
        } else {
            event.body = fullRecord(index, of: object, &random) + systemFields(index, event, isFull: true)
        }
    }

    /// The same change of other live records in the same second.
    private func addRecords(like index: Int, to event: inout MadeEvent, _ random: inout SplitMix64) {
        for _ in 0..<random.within(1...4) {
            let other = index % 10 + 10 * random.below(aggregates.count / 10)
            guard aggregates[other].state == .live, !event.recordIDs.contains(id(other)) else { continue }
            event.recordIDs.append(id(other))
        }
    }

    private func update(
        _ index: Int,
        of object: RecordObject,
        _ event: inout MadeEvent,
        _ random: inout SplitMix64
    ) {
        let wanted = random.within(1...5)
        for field in object.fields where random.below(object.fields.count) < wanted {
            let value = value(of: field, index, &random, isFull: false)
            switch field.kind {
            case .address where random.once(in: 2):
                event.changedFields.append("\(field.name).City")
                let city = RecordValue.quoted(random.pick(RecordVocabulary.cities).0)
                event.body.append((field.name, .json("{\"City\":\(city)}")))
            case _ where field.share < 100 && random.once(in: 12):
                event.changedFields.append(field.name)
                event.nulledFields.append(field.name)
                event.body.append((field.name, .null))
            default:
                event.changedFields.append(field.name)
                event.body.append((field.name, value))
            }
        }
        event.changedFields += ["LastModifiedDate", "LastModifiedById"]
        event.body += systemFields(index, event, isFull: false)
    }

    private func fullRecord(
        _ index: Int,
        of object: RecordObject,
        _ random: inout SplitMix64
    ) -> [(name: String, value: RecordValue)] {
        object.fields.filter { random.below(100) < $0.share }.map { field in
            (field.name, value(of: field, index, &random, isFull: true))
        }
    }

    /// A value; a record keeps its own name when all of it is told again.
    private func value(
        of field: RecordField,
        _ index: Int,
        _ random: inout SplitMix64,
        isFull: Bool
    ) -> RecordValue {
        let records = max(1, aggregates.count / 2)
        guard field.name == "Name" else {
            return RecordValue.make(field.kind, at: clock, &random, records: records)
        }
        let isPerson = index % 120 == 3
        let kind = isPerson ? .personName : field.kind
        guard isFull else { return RecordValue.make(kind, at: clock, &random, records: records) }
        var own = SplitMix64(seed: seed ^ UInt64(truncatingIfNeeded: index &* 0x2545_F491_4F6C_DD1D))
        return RecordValue.make(kind, at: clock, &own, records: records)
    }

    private func systemFields(
        _ index: Int,
        _ event: MadeEvent,
        isFull: Bool
    ) -> [(name: String, value: RecordValue)] {
        let modified: [(name: String, value: RecordValue)] = [
            ("LastModifiedDate", .dateTime(clock)), ("LastModifiedById", .text(event.commitUser)),
        ]
        guard isFull else { return modified }
        return [
            ("CreatedDate", .dateTime(aggregates[index].created)), ("CreatedById", .text(event.commitUser)),
        ] + modified
    }
}
