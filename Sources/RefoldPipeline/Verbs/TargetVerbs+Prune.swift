import RefoldBytes
import RefoldIndex
import RefoldLedger

/// What `prune` did.
package struct PruneReport: Sendable, Hashable {
    /// One index and why it goes or stays.
    package struct Entry: Sendable, Hashable {
        /// The index.
        package var index: String
        /// Why, a part of a sentence.
        package var reason: String
    }
    /// Indices that were deleted, the oldest first.
    package var deletions: [Entry]
    /// Complete indices that stay.
    package var kept: [String]
    /// Half-built indices that stay, since their run may go on.
    package var unfinished: [Entry]
    /// Whether only what serves stays, so that there is nothing to go back to.
    package var leavesNoRollback = false

    /// The names of what was deleted.
    package var deleted: [String] { deletions.map(\.index) }
}

extension TargetVerbs {
    /// Deletes indices of runs that the ledger knows as abandoned, and complete indices over the number to keep.
    ///
    /// Of every read model that serves; never one that carries no mark, serves, is ready, or that a rollback needs.
    package func prune(keep: Int, isRehearsal: Bool = false) async throws(PipelineError) -> PruneReport {
        let description = try await everything()
        let complete = description.indices.filter {
            ($0.mark?.state ?? IndexState.building) != IndexState.building
        }
        let aliases = Set(complete.flatMap(MarkedAliases.of)).sorted()
        // Who only looks takes nothing that another command waits for.
        let locks = isRehearsal ? nil : try locks(aliases, word: "prune")
        defer { withExtendedLifetime(locks) {} }
        let pointedAt = Set(description.aliases.values.flatMap { $0 })
        var report = PruneReport(deletions: [], kept: [], unfinished: [])
        report.leavesNoRollback = keep < 2 && !aliases.isEmpty
        for alias in aliases {
            let own = complete.filter { MarkedAliases.of($0).first == alias }
            for readModel in Set(own.compactMap(\.mark?.readModel)).sorted() {
                let expendable = Retention(keep: max(1, keep)).expendable(
                    in: own.filter { $0.mark?.readModel == readModel },
                    servingNext: nil,
                    serving: description.aliases[alias]?.first
                )
                for index in expendable where !pointedAt.contains(index.identity.name) {
                    if !isRehearsal { try await delete(index) }
                    report.deletions.append(
                        PruneReport.Entry(
                            index: index.identity.name,
                            reason: "complete, beyond the \(max(1, keep)) of \(alias) to keep"
                        )
                    )
                }
            }
        }
        let runs = Dictionary(
            try await records().map { ($0.id.text, $0) },
            uniquingKeysWith: { $1 }
        )
        for index in description.indices where !pointedAt.contains(index.identity.name) {
            guard let mark = index.mark, mark.state == IndexState.building else { continue }
            let outcome = runs[mark.run].map { $0.outcome ?? $0.phase }
            let isAbandoned = outcome == RunOutcome.abandoned.rawValue
            var entry = PruneReport.Entry(
                index: index.identity.name,
                reason: "half built by run \(mark.run), "
            )
            switch outcome {
            case nil: entry.reason += "which only the ledger of its own state folder knows"
            case _ where isAbandoned: entry.reason += "which was abandoned: another run took its place"
            case let outcome?: entry.reason += "which stands at \(outcome) and may go on"
            }
            guard isAbandoned else {
                report.unfinished.append(entry)
                continue
            }
            if !isRehearsal { try await delete(index) }
            report.deletions.append(entry)
        }
        report.kept = complete.map(\.identity.name).filter { !report.deleted.contains($0) }
        return report
    }

    private func delete(_ index: TargetDescription.Index) async throws(PipelineError) {
        let run = index.mark?.run ?? ""
        let name = index.identity.name
        try await note(EffectRecord(name: "delete", subject: name, step: .intent, at: now()), of: run)
        try reach(.beforeDelete)
        do { try await target.delete(index.identity) } catch { throw PipelineError(error) }
        try reach(.afterDelete)
        try await note(EffectRecord(name: "delete", subject: name, step: .result, at: now()), of: run)
    }
}
