import RefoldBytes
import RefoldPipeline

/// A run and the aliases, for people and for scripts.
struct StatusReport: Sendable {
    /// The run; nil: there is none.
    let run: RunSummary?
    /// What the ledger knows of it.
    let dossier: RunDossier?
    /// Where the aliases point.
    let aliases: [AliasSummary]
    /// The command that goes on from its end; nil: none does.
    let next: String?

    /// The lines, each ended.
    var text: String {
        [runText, aliasText].filter { !$0.isEmpty }.joined(separator: "\n")
            + (next.map { "next: \($0)\n" } ?? "")
    }

    /// The object, without `apiVersion`.
    var json: JSONObject {
        var status: JSONObject = [
            "kind": "Status", "run": run?.json ?? .null, "aliases": .array(aliases.map(\.json)),
            "next": next.map { .text($0) } ?? .null,
        ]
        guard let dossier else { return status }
        status["gates"] = .array(dossier.gates.map(\.json))
        status["phases"] = .array(
            durations(dossier).map { ["phase": .text($0.rawValue), "milliseconds": .integer($1)] }
        )
        status["plan"] = dossier.plan?.json ?? .null
        return status
    }

    private var runText: String {
        guard let run else { return "no run yet\n" }
        var text = "run \(run.run)  \(run.job)  \(run.fullStateText)\n"
        text += "started  \(run.startedAt)\n"
        if case .running(let holder)? = run.activity { text += "by       \(holder)\n" }
        if let took = run.tookMilliseconds {
            text += "took     \(tookText(took, since: run.elapsedMilliseconds))\n"
        }
        if let exit = run.exit { text += "exit     \(exit)\n" }
        for index in run.indices { text += "index    \(index)\n" }
        for remark in run.salvage { text += "salvage  \(remark)\n" }
        guard let dossier else { return text }
        let phases = durations(dossier).map { "\($0.rawValue) \(durationText($1))" }
        if !phases.isEmpty { text += "phases   \(phases.joined(separator: ", "))\n" }
        if let lines = dossier.lines {
            text +=
                "lines    \(grouped(lines.lines)) = blank \(grouped(lines.blank)) + events \(grouped(lines.events))"
            text += " + rejected \(grouped(lines.rejected))\n"
        }
        for gate in dossier.gates where gate.state == .failed || gate.state == .reported {
            text += "\(gate.line)\n"
        }
        return text
    }

    private var aliasText: String {
        guard !aliases.isEmpty else { return "" }
        var table = TextTable([
            .text("ALIAS"), .text("INDEX"), .number("DOCUMENTS"), .text("READ MODEL"), .text("SWAPPED"),
            .text("HELD SINCE"),
        ])
        table.rows = aliases.map {
            [
                $0.alias, $0.index, $0.documents.map { grouped($0) } ?? "unhealthy", $0.readModel ?? "—",
                $0.swappedAt ?? "—",
                $0.heldSince ?? "—",
            ]
        }
        let damaged = aliases.filter { !$0.salvage.isEmpty && $0.run != run?.run }
        return table.text
            + damaged.flatMap { alias in alias.salvage.map { "salvage of \(alias.alias): \($0)\n" } }.joined()
    }

    private func durations(_ dossier: RunDossier) -> [(RunPhase, Int64)] {
        RunPhase.allCases.compactMap { phase in dossier.durations[phase].map { (phase, $0) } }
    }
}

extension AliasSummary {
    /// The alias for scripts.
    var json: JSONValue {
        [
            "alias": .text(alias), "index": .text(index),
            "documents": documents.map { .integer($0) } ?? .null,
            "run": run.map { .text($0) } ?? .null, "readModel": readModel.map { .text($0) } ?? .null,
            "swappedAt": swappedAt.map { .text($0) } ?? .null,
            "heldSince": heldSince.map { .text($0) } ?? .null,
            "salvage": .array(salvage.map { .text($0) }),
        ]
    }
}
