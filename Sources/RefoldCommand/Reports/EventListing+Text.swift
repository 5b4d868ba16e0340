import RefoldBytes
import RefoldModel
import RefoldPipeline

extension EventListing {
    /// A table with a row for each event.
    var text: String {
        var table = TextTable([
            .text("TIME"), .text("TYPE"), .text("SEGMENT"), .number("LINE"), .text("CHANGED"),
        ])
        table.rows = entries.map { entry in
            [
                entry.timeText, entry.event.type.string + (entry.isCopy ? " (copy)" : ""), entry.segment,
                String(entry.line), entry.namesText,
            ]
        }
        return table.text
    }
}

extension EventListing.Entry {
    /// Names that a row has room for.
    private static let namesOfRow = 8

    /// The event as one object: where it stands, its order, whether it is a copy, its names and body.
    var json: JSONObject {
        var object: JSONObject = [
            "body": .object(event.body), "copy": .bool(isCopy), "entity": .string(event.entity),
            "id": .string(event.id), "key": .string(event.key), "line": .integer(line),
            "segment": .text(segment),
            "time": event.time, "type": .string(event.type),
        ]
        if let order {
            object["order"] = .object(order.json)
            object["changedFields"] = Self.list(event.changedFields)
            object["nulledFields"] = Self.list(event.nulledFields)
            object["diffFields"] = Self.list(event.diffFields)
            if hasBitmapFailure { object["undecodable"] = true }
        } else {
            object["position"] = .integer(event.position)
        }
        return object
    }

    private static func list(_ names: [ByteString]?) -> JSONValue? {
        names.map { .array($0.map { .string($0) }) }
    }

    /// The time in UTC; a text is shown as it came.
    fileprivate var timeText: String {
        if case .string(let text) = event.time { return text.string }
        return event.timeMilliseconds.flatMap { Timestamp(milliseconds: $0) }?.iso8601.string ?? "—"
    }

    /// The names that the event speaks of; of enrichment nothing.
    fileprivate var namesText: String {
        let names = names
        let shown = names.prefix(Self.namesOfRow).map(\.string).joined(separator: ", ")
        let hidden = names.count - Self.namesOfRow
        return shown + (hidden > 0 ? " and \(grouped(hidden)) more" : "")
            + (hasBitmapFailure ? " (undecodable)" : "")
    }

    private var names: [ByteString] {
        guard order != nil else { return event.body.members.map(\.name) }
        let nulled = event.nulledFields ?? []
        if let changed = event.changedFields, !changed.isEmpty {
            return changed + nulled.filter { !changed.contains($0) }
        }
        switch event.type {
        case "DELETE", "GAP_DELETE", "GAP_CREATE", "GAP_UPDATE", "GAP_UNDELETE": return []
        case "UPDATE" where event.nulledFields == nil: return event.body.members.map(\.name)
        default:
            let set = event.body.members.filter { $0.value != .null }.map(\.name)
            return set + nulled.filter { !set.contains($0) }
        }
    }
}

extension EventListing.Order {
    /// The parts of FOLD R14.
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "commitNumber": .integer(commitNumber), "commitTimestamp": .integer(commitTimestamp),
            "sequenceNumber": .integer(sequenceNumber), "transactionKey": .string(transactionKey),
        ]
        if transactionKey.isEmpty { object["identity"] = .string(identity) }
        return object
    }
}
