internal import RefoldBytes
internal import RefoldModel

/// The forms in which archives hold change events (FOLD R8).
enum MadeEnvelope: Sendable, CaseIterable {
    case cometD
    case bayeux
    case pubSubClient
    case eventRelay
    case dynamoMap
    case dynamoText

    /// How many of a hundred events come in each form.
    private var share: Int {
        switch self {
        case .cometD: 72
        case .bayeux: 4
        case .pubSubClient: 9
        case .eventRelay: 8
        case .dynamoMap: 4
        case .dynamoText: 3
        }
    }

    /// A form, drawn by the shares.
    static func draw(_ random: inout SplitMix64) -> MadeEnvelope {
        var place = random.below(100)
        for form in allCases {
            if place < form.share { return form }
            place -= form.share
        }
        return .cometD
    }

    /// The event's line, without its line feed.
    func line(_ event: MadeEvent, of object: RecordObject, _ random: inout SplitMix64) -> String {
        switch self {
        case .cometD:
            return cometD(event)
        case .bayeux:
            return "{\"data\":\(cometD(event)),\"channel\":\"/data/ChangeEvents\"}"
        case .pubSubClient:
            let id = RecordValue.uuid(&random)
            return
                "{\"id\":\"\(id)\",\"schemaId\":\"\(Self.schema(event.entity))\",\"replayId\":\(event.replayID),"
                + "\"payload\":\(Self.payload(event, of: object))}"
        case .eventRelay:
            return eventRelay(event, id: RecordValue.uuid(&random))
        case .dynamoMap, .dynamoText:
            return dynamo(event, id: RecordValue.uuid(&random))
        }
    }

    private func cometD(_ event: MadeEvent) -> String {
        "{\"schema\":\"\(Self.schema(event.entity))\",\"payload\":\(Self.payload(event)),"
            + "\"event\":{\"replayId\":\(event.replayID)}}"
    }

    private func eventRelay(_ event: MadeEvent, id: String) -> String {
        let time = Timestamp.iso8601(Int64(event.commitTimestamp + 1000))
        return "{\"version\":\"0\",\"id\":\"\(id)\",\"detail-type\":\"\(Self.eventName(event.entity))\","
            + "\"source\":\"aws.partner/salesforce.com/00D9E0000000001AAA/ChangeEvents\",\"account\":\"123456789012\","
            + "\"time\":\"\(time.prefix(19))Z\",\"region\":\"eu-west-1\",\"resources\":[],\"detail\":{\"payload\":"
            + "\(Self.payload(event)),\"schemaId\":\"\(Self.schema(event.entity))\",\"id\":\"\(id)\"}}"
    }

    /// An export line of the event store: the event as a typed map, or as a text of JSON.
    private func dynamo(_ event: MadeEvent, id: String) -> String {
        let data =
            "{\"payload\":\(Self.payload(event)),\"schemaId\":\"\(Self.schema(event.entity))\",\"id\":\"\(id)\"}"
        let key = "\(event.entity)#\(event.recordIDs.first ?? "")"
        let typed = self == .dynamoText ? nil : DynamoText.typed(data)
        return "{\"Item\":{\"entity_key\":{\"S\":\"\(key)\"},\"event_id\":{\"S\":\"\(id)\"},"
            + "\"version\":{\"S\":\"1.0\"},\"data\":\(typed ?? "{\"S\":\(RecordValue.quoted(data))}")}}"
    }

    /// The payload that holds the change alone, dates as text.
    private static func payload(_ event: MadeEvent) -> String {
        let fields = event.body.map { ",\"\($0.name)\":\(text($0.value))" }.joined()
        return "{\"ChangeEventHeader\":{\(header(event))}\(fields)}"
    }

    /// The payload of a Pub/Sub client: every field of the schema, dates as numbers, names decoded.
    private static func payload(_ event: MadeEvent, of object: RecordObject) -> String {
        let system = ["CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"]
        let fields = (object.fields.map(\.name) + system).map { name in
            ",\"\(name)\":\(event.body.first { $0.name == name }.map { number($0.value) } ?? "null")"
        }
        let lists = ",\"nulledFields\":\(list(event.nulledFields)),\"diffFields\":[]"
        return "{\"ChangeEventHeader\":{\(header(event))\(lists)}\(fields.joined())}"
    }

    private static func header(_ event: MadeEvent) -> String {
        "\"entityName\":\"\(event.entity)\",\"recordIds\":\(list(event.recordIDs)),"
            + "\"changeType\":\"\(event.changeType)\",\"changeOrigin\":\"\(event.changeOrigin)\","
            + "\"transactionKey\":\"\(event.transactionKey)\",\"sequenceNumber\":\(event.sequenceNumber),"
            + "\"commitTimestamp\":\(event.commitTimestamp),\"commitNumber\":\(event.commitNumber),"
            + "\"commitUser\":\"\(event.commitUser)\",\"changedFields\":\(list(event.changedFields))"
    }

    private static func list(_ names: [String]) -> String {
        "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }

    private static func text(_ value: RecordValue) -> String {
        switch value {
        case .json(let text): text
        case .date(let days): "\"\(Timestamp(clamping: Int64(days) * 86_400_000).day)\""
        case .dateTime(let milliseconds): "\"\(Timestamp.iso8601(Int64(milliseconds)))\""
        case .null: "null"
        }
    }

    private static func number(_ value: RecordValue) -> String {
        switch value {
        case .json(let text): text
        case .date(let days): String(days * 86_400_000)
        case .dateTime(let milliseconds): String(milliseconds)
        case .null: "null"
        }
    }

    private static func schema(_ entity: String) -> String {
        String(SHA256.digest(of: Array(entity.utf8)).hex.prefix(22))
    }

    private static func eventName(_ entity: String) -> String {
        entity.hasSuffix("__c") ? "\(entity.dropLast(1))ChangeEvent" : "\(entity)ChangeEvent"
    }
}
