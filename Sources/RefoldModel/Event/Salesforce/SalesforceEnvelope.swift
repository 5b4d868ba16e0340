internal import RefoldBytes

/// The members of a line's object that tell its envelope, found in one walk; of several of a name the last.
struct RootMembers {
    var item: Int?
    var newImage: Int?
    var keys: Int?
    var header: Int?
    var detail: Int?
    var data: Int?
    var payload: Int?

    init(_ root: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        guard nodes[root].kind == .object else { return }
        var name = root + 1
        let end = Int(nodes[root].next)
        while name < end {
            let node = nodes[name]
            let value = name + 1
            // By length first: most names of a line are none of these. An escaped one is longer than it says.
            switch node.isEscaped ? -1 : Int(node.length) {
            case 4 where Tape.isText(node, "data", in: text): data = value
            case 4 where Tape.isText(node, "Item", in: text): item = value
            case 4 where Tape.isText(node, "Keys", in: text): keys = value
            case 6 where Tape.isText(node, "detail", in: text): detail = value
            case 7 where Tape.isText(node, "payload", in: text): payload = value
            case 8 where Tape.isText(node, "NewImage", in: text): newImage = value
            case 17 where Tape.isText(node, "ChangeEventHeader", in: text): header = value
            case -1: takeEscaped(node, value, in: text)
            default: break
            }
            name = Int(nodes[value].next)
        }
    }

    private mutating func takeEscaped(_ name: JSONNode, _ value: Int, in text: Span<UInt8>) {
        switch JSONText.unescaped(name, in: text).string {
        case "data": data = value
        case "Item": item = value
        case "Keys": keys = value
        case "detail": detail = value
        case "payload": payload = value
        case "NewImage": newImage = value
        case "ChangeEventHeader": header = value
        default: break
        }
    }
}

/// Where the parts of an event stand on a tape (FOLD R8).
struct SalesforceEnvelope {
    /// The object that shall hold `ChangeEventHeader` and the fields.
    var payload: Int
    /// The text `id` beside `detail` or beside `payload`.
    var id: Int?
    /// EventBridge's `time`.
    var time: Int?

    /// Finds the envelope of an object that is not DynamoDB's; the first form that matches counts.
    init?(_ root: Int, _ members: RootMembers, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        func member(_ name: StaticString, _ object: Int) -> Int? {
            Tape.member(name, of: object, nodes, in: text)
        }
        if members.header != nil {
            self.init(payload: root, beside: [], time: nil, nodes, text)
            return
        }
        if let detail = members.detail, nodes[detail].kind == .object {
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
        if let data = members.data, let inner = member("payload", data) {
            self.init(payload: inner, beside: [data], time: nil, nodes, text)
        } else if let inner = members.payload {
            self.init(payload: inner, beside: [root], time: nil, nodes, text)
        } else {
            return nil
        }
    }

    private init(
        payload: Int,
        beside objects: [Int],
        time: Int?,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) {
        self.payload = payload
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
