import RefoldBytes

@testable import RefoldModel

/// One change event of a test, and the line that carries it.
///
/// Its header stands behind the fields, so that a bitmap in it can never be decoded (FOLD R22).
struct MadeChange: Hashable {
    var kind: ChangeKind
    var timestamp: Int64 = 1000
    var number: Int64 = 0
    /// Empty: the event has none, and the envelope id stands in.
    var transaction = "t"
    var sequence: Int64 = 0
    var envelopeID = "e"
    /// The fields as JSON members, such as `"F":1`.
    var body: [(name: String, value: JSONValue)] = []
    /// Nil: the header has no such list.
    var changed: [String]?
    /// Not nil: the Pub/Sub form.
    var nulled: [String]?
    var diffs: [String]?

    static func == (left: MadeChange, right: MadeChange) -> Bool { left.line == right.line }
    func hash(into hasher: inout Hasher) { hasher.combine(line) }

    var line: ByteString {
        var header: JSONObject = [
            "changeType": .string(kind.word), "commitNumber": .integer(number),
            "commitTimestamp": .integer(timestamp),
            "entityName": "Account", "recordIds": ["0015f00002J9YYEAA3"],
            "sequenceNumber": .integer(sequence),
            "transactionKey": .text(transaction),
        ]
        header["changedFields"] = changed.map(listed)
        header["nulledFields"] = nulled.map(listed)
        header["diffFields"] = diffs.map(listed)
        var payload = JSONObject()
        for (name, value) in body { payload[ByteString(name)] = value }
        payload["ChangeEventHeader"] = .object(header)
        return JSONValue.object(["id": .text(envelopeID), "payload": .object(payload)]).text
    }

    /// The order of FOLD R14.
    struct Order: Hashable, Comparable {
        var timestamp: Int64
        var number: Int64
        var transaction: ByteString
        var sequence: Int64
        var identity: ByteString

        static func < (left: Order, right: Order) -> Bool {
            if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
            if left.number != right.number { return left.number < right.number }
            if left.transaction != right.transaction { return left.transaction < right.transaction }
            if left.sequence != right.sequence { return left.sequence < right.sequence }
            return left.identity < right.identity
        }
    }

    var order: Order {
        Order(
            timestamp: timestamp,
            number: number,
            transaction: ByteString(transaction),
            sequence: sequence,
            identity: transaction.isEmpty ? ByteString(envelopeID) : ""
        )
    }
}

/// A list of texts.
func listed(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }

extension JSONValue {
    /// The value as JSON with its members in their own order.
    fileprivate var text: ByteString {
        switch self {
        case .array(let elements):
            ByteString(Array("[".utf8) + elements.map(\.text.bytes).joined(separator: ",".utf8) + "]".utf8)
        case .object(let object):
            ByteString(
                Array("{".utf8)
                    + object.members.map {
                        JSONValue.string($0.name).canonical.bytes + ":".utf8 + $0.value.text.bytes
                    }
                    .joined(separator: ",".utf8) + "}".utf8
            )
        default: canonical
        }
    }
}

/// Folds lines by the registers, with every step in the test's hands.
struct RegisterFold: ~Copyable {
    private let names = NameTable()
    private var reader: SalesforceReader
    private var tape = JSONTape()
    private var combiner: MergeCombiner
    private var evaluator: MergeEvaluator?

    init(keepsHistory: Bool) {
        reader = SalesforceReader(names)
        combiner = MergeCombiner(keepsHistory: keepsHistory)
    }

    /// The partial state of one event.
    mutating func state(of change: MadeChange) -> [UInt8]? {
        let line = change.line
        let padded = line.bytes + [UInt8](repeating: 0, count: JSONTape.padding)
        return padded.withUnsafeBytes { text in
            tape.withLines(of: UnsafeRawBufferPointer(rebasing: text[..<line.count])) { lines, nodes, bytes in
                do throws(RejectWord) {
                    try reader.read(Int(lines[0].firstNode), nodes, in: bytes, line: lines[0].range)
                } catch {
                    return nil
                }
                var state = [UInt8](repeating: 0, count: MergeState.byteCount(of: reader.event))
                state.withUnsafeMutableBytes { MergeState.write(reader.event, to: $0) }
                return state
            }
        }
    }

    mutating func combined(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        combiner.combine(left.span.bytes, right.span.bytes)
        return combiner.withOutput { $0.withUnsafeBytes { Array($0) } }
    }

    func snapshot(_ state: [UInt8]) -> AggregateSnapshot {
        MergeEvaluator(names).snapshot(state.span.bytes, entity: "Account", id: "0015f00002J9YYEAA3")
    }

    /// FOLD's line and notes; only with history are its counts exact.
    func audited(_ state: [UInt8]) -> (line: String, notes: [String: Int]) {
        let audit = MergeAudit(state.span.bytes)
        return (audit.line(state.span.bytes, snapshot(state)).string, audit.notes)
    }
}
