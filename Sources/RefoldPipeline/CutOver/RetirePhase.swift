import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// Deletes indices: those of abandoned runs when a run starts, those over the number to keep when it ends.
struct RetirePhase {
    let run: ActiveRun

    /// Deletes what abandoned runs of the job left behind.
    func removeAbandoned() async throws(PipelineError) -> [String] {
        guard run.dialect.hasAliases else { return [] }
        let own = Set(run.plan.readModels.map(\.index))
        var removed: [String] = []
        for name in run.plan.abandoned where !own.contains(name) {
            // Read again: only what still is an unfinished index of this job goes.
            guard let index = try await run.environment.target.index(named: name), let mark = index.mark,
                mark.state == IndexState.building, mark.job == run.job.name, mark.run != run.id.text
            else { continue }
            try await delete(index.identity, because: "its run was abandoned")
            removed.append(name)
        }
        return removed
    }

    /// Deletes complete indices over the number to keep.
    func retire() async throws(PipelineError) -> [String] {
        try reach(.beforeRetire)
        var removed: [String] = []
        for (definition, plan) in run.readModels {
            guard let alias = plan.aliases.first?.alias else { continue }
            let own = try await run.environment.target.indices(of: definition.name, under: alias)
            let expendable = Retention(keep: run.job.cutover.keep)
                .expendable(in: own, servingNext: plan.index, serving: nil)
            for index in expendable {
                // Another alias may point at it: what serves somebody stays.
                if !index.aliases.isEmpty { continue }
                try await delete(index.identity, because: "keep is \(run.job.cutover.keep)")
                removed.append(index.identity.name)
            }
        }
        let outcome = removed.isEmpty ? "nothing" : grouped(removed.count, "index", "indices")
        run.environment.progress(.ended(.retire, "\(outcome) deleted"))
        return removed
    }

    private func delete(_ index: IndexIdentity, because: String) async throws(PipelineError) {
        let target = run.environment.target
        try await run.effect(
            "delete",
            on: index.name,
            intent: ["uuid": .text(index.uuid), "because": .text(because)],
            before: .beforeDelete,
            after: .afterDelete,
            { () async throws(PipelineError) in
                do throws(IndexError) { try await target.delete(index) } catch { throw PipelineError(error) }
            },
            result: { .null }
        )
    }
}
