import RefoldBytes
import RefoldPipeline

/// One of the three sums that a run must close, as a line.
struct ConservationSum: Sendable {
    /// What is counted.
    let name: String
    /// How many there are.
    let total: Int
    /// What became of them.
    let parts: [(name: String, count: Int)]
    /// Whether the parts are the whole.
    let closes: Bool
    /// How many of the last part, the rejected ones, somebody accepted.
    let accepted: Int
    /// The read model, where there are several.
    var readModel: String?

    /// `lines      2,133,823 = blank 12 + events 2,133,799 + rejected 12 (accepted 12)      closes`, ended.
    var line: String {
        let label = counted(name, total)
        let terms = parts.map { "\($0.name) \(grouped($0.count))" }.joined(separator: " + ")
        let known = accepted > 0 ? " (accepted \(grouped(accepted)))" : ""
        let end = (closes ? "closes" : "DOES NOT CLOSE") + (readModel.map { "  \($0)" } ?? "")
        return padded("\(label) = \(terms)\(known)", before: end, column: 95)
    }

    /// The lines of an archive.
    init(_ lines: LineCounts, accepted: Int = 0) {
        name = "lines"
        total = lines.lines
        parts = [("blank", lines.blank), ("events", lines.events), ("rejected", lines.rejected)]
        closes = lines.closes
        self.accepted = accepted
    }

    /// The record ids of a read model.
    init(_ records: RecordCounts, accepted: Int = 0, of readModel: String?) {
        name = "record ids"
        total = records.recordIDs
        parts = [
            ("merged", records.merged), ("filtered", records.filtered), ("marked", records.marked),
            ("rejected", records.rejected),
        ]
        closes = records.closes
        self.accepted = accepted
        self.readModel = readModel
    }

    /// The documents of a read model.
    init(_ documents: DocumentSums, accepted: Int = 0, of readModel: String?) {
        name = "documents"
        total = documents.sent
        parts = [
            ("indexed", documents.indexed), ("superseded", documents.superseded),
            ("deleted", documents.deleted),
            ("rejected", documents.rejected),
        ]
        closes = documents.closes
        self.accepted = accepted
        self.readModel = readModel
    }
}

/// Live aggregates that no sum counts because they give no document, by reason; nil without any, ended.
func withoutDocument(outsideWhere: Int, empty: Int, of readModel: String?) -> String? {
    guard outsideWhere + empty > 0 else { return nil }
    let reasons = [(outsideWhere, "outside `where`"), (empty, "without a field that it takes")]
        .filter { $0.0 > 0 }
        .map { "\(grouped($0.0)) \($0.1)" }
    return counted("no document", outsideWhere + empty) + " of live aggregates: "
        + reasons.joined(separator: ", ") + (readModel.map { "  \($0)" } ?? "") + "\n"
}

/// A name and its count, which ends at column 20: `lines      2,133,823`.
func counted(_ name: String, _ count: Int) -> String {
    let number = grouped(count)
    return name + String(repeating: " ", count: max(1, 20 - name.count - number.count)) + number
}

/// A line whose end stands at a column, or two blanks behind a text that is longer.
func padded(_ text: String, before end: String, column: Int) -> String {
    text + String(repeating: " ", count: max(2, column - text.count)) + end + "\n"
}
