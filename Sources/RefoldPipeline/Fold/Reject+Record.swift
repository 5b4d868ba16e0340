import RefoldBytes
package import RefoldLedger

extension Reject {
    /// The reject as the ledger keeps it.
    func record(stage: String, ordinal: Int) -> RejectRecord {
        var other: JSONObject = [:]
        if let record { other["record"] = .integer(record) }
        if let entity { other["entity"] = .text(entity) }
        if let detail { other["detail"] = .text(detail) }
        if let field { other["field"] = .text(field) }
        if let sha256 { other["sha256"] = .text(sha256) }
        if let frame { other["frame"] = .integer(frame) }
        if let offset { other["offset"] = .integer(offset) }
        if let version { other["version"] = .integer(version) }
        return RejectRecord(
            stage: stage,
            ordinal: ordinal,
            segment: segment,
            line: line,
            key: key,
            readModel: readModel,
            why: why,
            other: other
        )
    }

    /// The reject back from the ledger.
    package init(_ record: RejectRecord) {
        self.init(why: record.why)
        segment = record.segment
        line = record.line
        key = record.key
        readModel = record.readModel
        self.record = record.other["record"]?.asInt
        entity = record.other["entity"]?.asString
        detail = record.other["detail"]?.asString
        field = record.other["field"]?.asString
        sha256 = record.other["sha256"]?.asString
        frame = record.other["frame"]?.asInt
        offset = record.other["offset"]?.asInt
        version = record.other["version"]?.asInt64
    }
}
