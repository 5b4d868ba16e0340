import RefoldBytes

/// Whether nothing was lost: the archive's sum and each read model's two.
enum SumsGate {
    static func judge(lines: LineCounts) -> GateResult {
        let text =
            "lines \(grouped(lines.lines)) = blank \(grouped(lines.blank)) + events \(grouped(lines.events)) + rejected \(grouped(lines.rejected))"
        return GateResult(.sums, lines.closes ? .passed : .failed, text)
    }

    static func judge(readModel: String, records: RecordCounts, documents: DocumentSums) -> GateResult {
        let text =
            "record ids \(grouped(records.recordIDs)) = merged \(grouped(records.merged)) + filtered \(grouped(records.filtered))"
            + " + marked \(grouped(records.marked)) + rejected \(grouped(records.rejected)); documents \(grouped(documents.sent))"
            + " = indexed \(grouped(documents.indexed)) + superseded \(grouped(documents.superseded))"
            + " + deleted \(grouped(documents.deleted)) + rejected \(grouped(documents.rejected))"
        let closes = records.closes && documents.closes
        return GateResult(.sums, closes ? .passed : .failed, readModel: readModel, text)
    }
}
