import RefoldBytes
package import RefoldPipeline

extension RunReport {
    /// The report for people, lines ended.
    ///
    /// Source: MANIFESTS, "Command line".
    package var text: String {
        let head = "run \(run)  \(job)  plan → \(outcome.rawValue)"
        return padded(head, before: tookText(tookMilliseconds, since: elapsedMilliseconds), column: 76)
            + table + sums + remarks + "\(follow.word.rawValue): \(follow.command)\n"
    }

    private var table: String {
        var table = TextTable([
            .text("READ MODEL"), .text("INDEX"), .number("DOCUMENTS"), .text("REJECTS"), .text("ALIAS"),
        ])
        for model in readModels {
            let rejects = model.records.rejected + model.documents.rejected
            let moves = model.aliases.map {
                outcome == .written ? $0.alias : "\($0.alias) ← \($0.from ?? "new")"
            }
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
        let isSeveral = readModels.count > 1
        let named = readModels.map { model in (model, isSeveral ? model.name : nil) }
        return ConservationSum(lines, accepted: acceptedLines).line
            + named.map { ConservationSum($0.records, accepted: $0.acceptedRecords, of: $1).line }.joined()
            + named.map { ConservationSum($0.documents, accepted: $0.acceptedDocuments, of: $1).line }
            .joined()
            + named.compactMap {
                withoutDocument(outsideWhere: $0.documents.outsideWhere, empty: $0.documents.empty, of: $1)
            }
            .joined()
    }

    private var remarks: String {
        let told = gates.filter { $0.state == .failed || $0.state == .reported }.map { "\($0.line)\n" }
        let settled = readModels.flatMap { model in model.remarks.map { "index \(model.index): \($0)\n" } }
        return warnings.map { "warning: \($0)\n" }.joined() + told.joined()
            + salvageRemarks.map { "salvage: \($0)\n" }.joined() + settled.joined()
            + deletedIndices.map { "deleted: \($0)\n" }.joined()
    }
}
