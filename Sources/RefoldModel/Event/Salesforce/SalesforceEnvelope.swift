internal import RefoldBytes

/// Where the parts of an event stand on a tape (FOLD R8).
struct SalesforceEnvelope {
    /// The object that holds `ChangeEventHeader` and the fields.
    var payload: Int
    /// The header.
    var header: Int
    /// The text `id` beside `detail` or beside `payload`.
    var id: Int?
    /// EventBridge's `time`.
    var time: Int?

    /// Finds the envelope of an object that is not DynamoDB's; the first form that matches counts.
    init?(_ root: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        func member(_ name: StaticString, _ object: Int) -> Int? {
            Tape.member(name, of: object, nodes, in: text)
        }
        if member("ChangeEventHeader", root) != nil {
            self.init(payload: root, beside: [], time: nil, nodes, text)
            return
        }
        if let detail = member("detail", root), nodes[detail].kind == .object {
            let inner = member("payload", detail)
            if let inner, nodes[inner].kind == .object {
                self.init(payload: inner, beside: [root, detail], time: member("time", root), nodes, text)
                return
            }
            if inner == nil, member("ChangeEventHeader", detail) != nil {
                self.init(payload: detail, beside: [root], time: member("time", root), nodes, text)
                return
            }
        }
        if let data = member("data", root), let inner = member("payload", data) {
            self.init(payload: inner, beside: [data], time: nil, nodes, text)
        } else if let inner = member("payload", root) {
            self.init(payload: inner, beside: [root], time: nil, nodes, text)
        } else {
            return nil
        }
    }

    private init?(
        payload: Int,
        beside objects: [Int],
        time: Int?,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) {
        guard let header = Tape.member("ChangeEventHeader", of: payload, nodes, in: text),
            nodes[header].kind == .object
        else { return nil }
        self.payload = payload
        self.header = header
        self.time = time
        for object in objects where id == nil {
            if let found = Tape.member("id", of: object, nodes, in: text), nodes[found].kind == .string,
                nodes[found].length > 0
            {
                id = found
            }
        }
    }
}

/// The members of a `ChangeEventHeader` on a tape, found in one walk.
struct SalesforceHeader {
    var entityName: Int?
    var recordIDs: Int?
    var changeType: Int?
    var transactionKey: Int?
    var sequenceNumber: Int?
    var commitTimestamp: Int?
    var commitNumber: Int?
    var changedFields: Int?
    var nulledFields: Int?
    var diffFields: Int?

    init(_ header: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        var name = header + 1
        let end = Int(nodes[header].next)
        while name < end {
            let value = name + 1
            take(name, value, nodes, text)
            name = Int(nodes[value].next)
        }
    }

    private mutating func take(_ name: Int, _ value: Int, _ nodes: Span<JSONNode>, _ text: Span<UInt8>) {
        let node = nodes[name]
        guard !node.isEscaped else { return takeEscaped(name, value, nodes, text) }
        switch node.length {
        case 9 where Tape.isText(node, "recordIds", in: text): recordIDs = value
        case 10 where Tape.isText(node, "entityName", in: text): entityName = value
        case 10 where Tape.isText(node, "changeType", in: text): changeType = value
        case 10 where Tape.isText(node, "diffFields", in: text): diffFields = value
        case 12 where Tape.isText(node, "commitNumber", in: text): commitNumber = value
        case 12 where Tape.isText(node, "nulledFields", in: text): nulledFields = value
        case 13 where Tape.isText(node, "changedFields", in: text): changedFields = value
        case 14 where Tape.isText(node, "transactionKey", in: text): transactionKey = value
        case 14 where Tape.isText(node, "sequenceNumber", in: text): sequenceNumber = value
        case 15 where Tape.isText(node, "commitTimestamp", in: text): commitTimestamp = value
        default: break
        }
    }

    private mutating func takeEscaped(_ name: Int, _ value: Int, _ nodes: Span<JSONNode>, _ text: Span<UInt8>)
    {
        switch JSONText.unescaped(nodes[name], in: text).string {
        case "recordIds": recordIDs = value
        case "entityName": entityName = value
        case "changeType": changeType = value
        case "diffFields": diffFields = value
        case "commitNumber": commitNumber = value
        case "nulledFields": nulledFields = value
        case "changedFields": changedFields = value
        case "transactionKey": transactionKey = value
        case "sequenceNumber": sequenceNumber = value
        case "commitTimestamp": commitTimestamp = value
        default: break
        }
    }
}
