import RefoldBytes
import RefoldIndex
import RefoldLedger

/// What `prune` did.
package struct PruneReport: Sendable, Hashable {
    /// Indices that were deleted, the oldest first.
    package var deleted: [String]
    /// Complete indices that stay.
    package var kept: [String]
}

extension TargetVerbs {
    /// Deletes indices of runs that the ledger knows as abandoned, and complete indices over the number to keep.
    ///
    /// Of every read model that serves; never one that carries no mark, serves, is ready, or that a rollback needs.
    package func prune(keep: Int, isRehearsal: Bool = false) async throws(PipelineError) -> PruneReport {
        let description = try await target.describing(prefix: "")
        let complete = description.indices.filter {
            ($0.mark?.state ?? IndexState.building) != IndexState.building
        }
        let aliases = Set(complete.flatMap(MarkedAliases.of)).sorted()
        let locks = try locks(aliases, word: "prune")
        defer { withExtendedLifetime(locks) {} }
        let pointedAt = Set(description.aliases.values.flatMap { $0 })
        var report = PruneReport(deleted: [], kept: [])
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
                    report.deleted.append(index.identity.name)
                }
            }
        }
        for index in try await abandoned(description) where !pointedAt.contains(index.identity.name) {
            if !isRehearsal { try await delete(index) }
            report.deleted.append(index.identity.name)
        }
        report.kept = complete.map(\.identity.name).filter { !report.deleted.contains($0) }
        return report
    }

    /// Indices that abandoned runs left half built; without a ledger nobody can say which those are.
    private func abandoned(
        _ description: TargetDescription
    ) async throws(PipelineError) -> [TargetDescription.Index] {
        guard let ledger else { return [] }
        let runs: [RunRecord]
        do { runs = try await ledger.runs() } catch { throw PipelineError(error) }
        let gone = Set(runs.filter { $0.outcome == RunOutcome.abandoned.rawValue }.map(\.id.text))
        return description.indices.filter { index in
            index.mark.map { $0.state == IndexState.building && gone.contains($0.run) } ?? false
        }
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
