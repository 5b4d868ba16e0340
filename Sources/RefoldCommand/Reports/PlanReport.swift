import RefoldBytes
package import RefoldPipeline

/// A plan for people.
package struct PlanReport: Sendable {
    /// The plan.
    package let plan: RunPlan
    /// What reading the archive found; nil: it was only listed.
    package let reading: ArchiveReading?

    /// Of one plan.
    package init(plan: RunPlan, reading: ArchiveReading? = nil) {
        self.plan = plan
        self.reading = reading
    }

    /// The lines, each ended; `next` is the command that would do it.
    package func text(next: String) -> String {
        [head, contents, readModels, mappings, room, indices, remarks].filter { !$0.isEmpty }.joined(
            separator: "\n"
        )
            + "next: \(next)\n"
    }

    private var head: String {
        var archive =
            "\(grouped(plan.archive.segments.count)) segments, \(grouped(plan.archive.storedBytes)) bytes"
        if let events = plan.archive.events { archive += ", \(grouped(events)) events" }
        if let raw = plan.archive.rawBytes { archive += ", \(grouped(raw)) bytes raw" }
        return "plan of \(plan.job)  \(plan.digest.prefix(12))\narchive  \(archive)\n"
    }

    private var contents: String {
        guard let reading else { return "" }
        var text = ConservationSum(reading.lines).line
        for model in reading.readModels { text += ConservationSum(model.records, of: model.name).line }
        for model in reading.readModels {
            text += counted("documents", model.documents) + " of \(model.name)"
            text += ", \(grouped(model.live)) aggregates live and \(grouped(model.deleted)) deleted"
            text += ", \(grouped(model.shapes)) different sets of fields"
            text += (model.newestEvent.map { ", newest \($0)" } ?? "") + "\n"
            text +=
                withoutDocument(outsideWhere: model.outsideWhere, empty: model.empty, of: model.name) ?? ""
            for (word, count) in model.dirty.sorted(by: { $0.key < $1.key }) {
                text += counted(word, count) + " of \(model.name)\n"
            }
        }
        for (why, count) in reading.rejects.sorted(by: { $0.key < $1.key }) {
            text += counted("rejects", count) + " \(why)\n"
        }
        for model in reading.readModels {
            for (why, count) in model.rejects.sorted(by: { $0.key < $1.key }) {
                text += counted("rejects", count) + " \(why) of \(model.name)\n"
            }
        }
        if reading.marks > 0 { text += counted("marks", reading.marks) + " of whole entities\n" }
        return text
    }

    private var readModels: String {
        var table = TextTable([.text("READ MODEL"), .text("INDEX"), .number("DOCUMENTS NOW"), .text("ALIAS")])
        for model in plan.readModels {
            for (place, action) in model.aliases.enumerated() {
                let isFirst = place == 0
                table.rows.append([
                    isFirst ? "\(model.name) v\(model.version)" : "",
                    isFirst ? model.index : "",
                    isFirst ? model.servingDocuments.map(grouped) ?? "—" : "",
                    "\(action.alias) ← \(action.from ?? "new")",
                ])
            }
        }
        return table.text
    }

    private var mappings: String {
        plan.readModels.filter { !$0.mapping.isEmpty }.map { model in
            var table = TextTable([.text("FIELD"), .text("FROM"), .text("TO"), .text("CLASS"), .text("NOTE")])
            table.rows = model.mapping.map { change in
                let documents = model.servingDocuments.map { "\(grouped($0)) documents rewritten" } ?? ""
                let isRewrite = change.class == .inPlaceRewrite
                let name = change.field.isEmpty ? "(mapping)" : change.field
                let word = isRewrite ? MappingChange.Class.inPlace.rawValue : change.class.rawValue
                return [name, change.from ?? "—", change.to ?? "—", word, isRewrite ? documents : ""]
            }
            return table.text
        }
        .joined(separator: "\n")
    }

    private var room: String {
        func line(_ name: String, _ needed: Int, _ free: Int?) -> String {
            "\(name)  \(byteText(needed)) needed, \(free.map { "\(byteText($0)) free" } ?? "free space not known")\n"
        }
        return line("target  ", plan.disk.targetBytes, plan.disk.targetFreeBytes)
            + line("local   ", plan.disk.localBytes, plan.disk.localFreeBytes)
    }

    private var indices: String {
        plan.abandoned.map { "deleted when the run starts (abandoned): \($0)\n" }.joined()
            + plan.retired.map { "deleted after the swap (retention): \($0)\n" }.joined()
    }

    private var remarks: String {
        (plan.archive.unlisted.map { "not in catalog.json: \($0)" } + plan.holds.map(\.sentence)
            + plan.warnings + (reading?.warnings ?? [])).map {
                "warning: \($0)\n"
            }.joined()
    }
}

extension RunPlan.Hold {
    /// What a run would meet, and how it is ended.
    fileprivate var sentence: String {
        "\(alias) is held since \(since): run \(run) was rolled back. A run stops ready, with 5, until"
            + " `\(release)` lets runs swap again"
    }
}
