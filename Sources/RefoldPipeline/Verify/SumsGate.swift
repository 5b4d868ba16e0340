/// Whether nothing was lost: the archive's sum and each read model's two.
enum SumsGate {
    static func judge(lines: LineCounts) -> GateResult {
        let text =
            "lines \(lines.lines) = blank \(lines.blank) + events \(lines.events) + rejected \(lines.rejected)"
        return GateResult(.sums, lines.closes ? .passed : .failed, text)
    }

    static func judge(readModel: String, records: RecordCounts, documents: DocumentSums) -> GateResult {
        let text =
            "record ids \(records.recordIDs) = merged \(records.merged) + filtered \(records.filtered)"
            + " + marked \(records.marked) + rejected \(records.rejected); documents \(documents.sent)"
            + " = indexed \(documents.indexed) + superseded \(documents.superseded)"
            + " + deleted \(documents.deleted) + rejected \(documents.rejected)"
        let closes = records.closes && documents.closes
        return GateResult(.sums, closes ? .passed : .failed, readModel: readModel, text)
    }
}
