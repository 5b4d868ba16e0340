package import RefoldPipeline

extension RunReport {
    /// The report for people, lines ended.
    ///
    /// Source: MANIFESTS, "Command line".
    package var text: String {
        let head = "run \(run)  \(job)  plan → \(outcome.rawValue)"
        return padded(head, before: durationText(seconds: Double(tookMilliseconds) / 1000))
            + table + sums + remarks + "\(follow.word.rawValue): \(follow.command)\n"
    }

    private var table: String {
        var table = TextTable([
            .text("READ MODEL"), .text("INDEX"), .number("DOCUMENTS"), .text("REJECTS"), .text("ALIAS"),
        ])
        for model in readModels {
            let rejects = model.records.rejected + model.documents.rejected
            let moves = model.aliases.map { "\($0.alias) ← \($0.from ?? "new")" }
            table.rows.append(
                [
                    "\(model.name) v\(model.version)", model.index, grouped(model.documents.expected),
                    grouped(rejects),
                ]
                    + [moves.first ?? ""]
            )
            for move in moves.dropFirst() { table.rows.append(["", "", "", "", move]) }
        }
        return table.text
    }

    private var sums: String {
        var text = sum(
            "lines",
            lines.lines,
            closes: lines.closes,
            [
                ("blank", lines.blank), ("events", lines.events), ("rejected", lines.rejected),
            ],
            accepted: acceptedLines
        )
        let names = readModels.count > 1
        for model in readModels {
            let records = model.records
            text += sum(
                "record ids",
                records.recordIDs,
                closes: records.closes,
                [
                    ("merged", records.merged), ("filtered", records.filtered), ("marked", records.marked),
                    ("rejected", records.rejected),
                ],
                accepted: model.acceptedRecords,
                of: names ? model.name : nil
            )
        }
        for model in readModels {
            let documents = model.documents
            text += sum(
                "documents",
                documents.sent,
                closes: documents.closes,
                [
                    ("indexed", documents.indexed), ("superseded", documents.superseded),
                    ("deleted", documents.deleted),
                    ("rejected", documents.rejected),
                ],
                accepted: model.acceptedDocuments,
                of: names ? model.name : nil
            )
        }
        return text
    }

    /// `lines      2,133,823 = blank 12 + events 2,133,799 + rejected 12 (accepted 12)      closes`.
    private func sum(
        _ name: String,
        _ total: Int,
        closes: Bool,
        _ parts: [(String, Int)],
        accepted: Int,
        of model: String? = nil
    ) -> String {
        let number = grouped(total)
        let label = name + String(repeating: " ", count: max(1, 20 - name.count - number.count)) + number
        var terms = parts.map { "\($0.0) \(grouped($0.1))" }.joined(separator: " + ")
        if accepted > 0 { terms += " (accepted \(grouped(accepted)))" }
        let end = (closes ? "closes" : "DOES NOT CLOSE") + (model.map { "  \($0)" } ?? "")
        return padded("\(label) = \(terms)", before: end, column: 95)
    }

    private var remarks: String {
        let told = gates.filter { $0.state == .failed || $0.state == .reported }.map { "\($0.line)\n" }
        let settled = readModels.flatMap { model in model.remarks.map { "index \(model.index): \($0)\n" } }
        return warnings.map { "warning: \($0)\n" }.joined() + told.joined()
            + salvageRemarks.map { "salvage: \($0)\n" }.joined() + settled.joined()
            + deletedIndices.map { "deleted: \($0)\n" }.joined()
    }

    private func padded(_ text: String, before end: String, column: Int = 76) -> String {
        text + String(repeating: " ", count: max(2, column - text.count)) + end + "\n"
    }
}
