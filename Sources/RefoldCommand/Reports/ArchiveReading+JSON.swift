import RefoldBytes
import RefoldPipeline

extension ArchiveReading {
    /// What a person should look at before a run.
    var warnings: [String] { salvageRemarks + readModels.flatMap(\.warnings) + overBudget }

    private var overBudget: [String] {
        guard openRejects > rejectBudget else { return [] }
        let count = grouped(openRejects, "reject that nobody accepted", "rejects that nobody accepted")
        return [
            "\(count), rejects.budget is \(grouped(rejectBudget)): as things stand a run is not swapped and ends with 3"
        ]
    }

    /// The reading for scripts.
    var json: JSONValue {
        [
            "lines": .integer(lines.lines), "blank": .integer(lines.blank), "events": .integer(lines.events),
            "rejected": .integer(lines.rejected), "marks": .integer(marks), "rejects": counts(rejects),
            "readModels": .array(readModels.map(\.json)), "warnings": .array(warnings.map { .text($0) }),
        ]
    }
}

extension ReadModelReading {
    fileprivate var json: JSONValue {
        [
            "name": .text(name), "recordIDs": .integer(records.recordIDs), "live": .integer(live),
            "deleted": .integer(deleted), "documents": .integer(documents),
            "withoutDocument": ["outsideWhere": .integer(outsideWhere), "empty": .integer(empty)],
            "shapes": .integer(shapes),
            "newestEvent": newestEvent.map { .text($0) } ?? .null, "dirty": counts(dirty),
            "rejects": counts(rejects),
        ]
    }
}

private func counts(_ counts: [String: Int]) -> JSONValue {
    .object(JSONObject(counts.map { (ByteString($0.key), .integer($0.value)) }))
}
