import RefoldBytes
import RefoldModel

/// Accounts folded by a Swift type, as a team would write it.
struct ClientAggregate: Aggregate {
    var record = ChangedRecord()

    mutating func apply(_ event: Event) { record.apply(event) }
    var isDeleted: Bool { record.isDeleted }
    func encode(to encoder: any Encoder) throws { try record.fields.encode(to: encoder) }
}

/// Projects folded by a Swift type that also keeps a figure which no declaration says.
struct ProjectAggregate: Aggregate {
    var record = ChangedRecord()
    var statusChanges = 0

    mutating func apply(_ event: Event) {
        let before = record["Status__c"]
        record.apply(event)
        if record["Status__c"] != before { statusChanges += 1 }
    }

    var isDeleted: Bool { record.isDeleted }

    func encode(to encoder: any Encoder) throws {
        guard case .object(var fields) = record.fields else { return }
        fields["StatusChanges"] = .integer(statusChanges)
        try JSONValue.object(fields).encode(to: encoder)
    }
}

/// What Salesforce's change events make of a record: full records replace it, updates change what they name.
struct ChangedRecord: Codable, Sendable {
    var fields: JSONValue = [:]
    var isDeleted = false

    subscript(name: ByteString) -> JSONValue? { fields[name] }

    mutating func apply(_ event: Event) {
        switch event.type {
        case "CREATE", "UNDELETE", "SNAPSHOT":
            let present = event.body.members.filter { $0.value != .null }
            fields = .object(JSONObject(present.map { ($0.name, Self.withoutNulls($0.value)) }))
            isDeleted = false
        case "DELETE", "GAP_DELETE":
            fields = [:]
            isDeleted = true
        case "UPDATE" where !isDeleted:
            for name in event.changedFields ?? [] { take(name, from: event.body) }
        default: break
        }
    }

    private mutating func take(_ name: ByteString, from body: JSONObject) {
        guard case .object(var fields) = fields else { return }
        let parts = name.bytes.split(separator: UInt8(ascii: "."), maxSplits: 1).map {
            ByteString(copying: $0)
        }
        if parts.count == 2 {
            let component = body[parts[0]]?[parts[1]]
            var object = fields[parts[0]]?.asObject ?? [:]
            object[parts[1]] = component == .null ? nil : component
            fields[parts[0]] = object.isEmpty ? nil : .object(object)
        } else if case .object(let components)? = body[name] {
            var object = fields[name]?.asObject ?? [:]
            for (part, value) in components.members { object[part] = value == .null ? nil : value }
            fields[name] = object.isEmpty ? nil : .object(object)
        } else {
            fields[name] = body[name] == .null ? nil : body[name]
        }
        self.fields = .object(fields)
    }

    private static func withoutNulls(_ value: JSONValue) -> JSONValue {
        guard case .object(let object) = value else { return value }
        return .object(JSONObject(object.members.filter { $0.value != .null }.map { ($0.name, $0.value) }))
    }
}
