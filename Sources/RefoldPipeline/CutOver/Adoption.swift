import RefoldBytes
import RefoldIndex
import RefoldLedger

extension RunPlan {
    /// The name of the copy that is kept of a concrete index whose name becomes an alias.
    static func keptName(of alias: String, at startedAt: String) -> String {
        IndexNaming(alias: alias, version: 0, startedAt: startedAt, salt: alias).name
    }
}

extension CutOverPhase {
    /// Copies the concrete indices that are replaced; `cutover.adopt: replace` asked for it.
    func keepConcreteIndices() async throws(PipelineError) {
        for (place, (_, plan)) in run.readModels.enumerated() {
            for action in plan.aliases where action.isAdoption {
                let state = try await run.environment.target.state(of: action.alias)
                guard state.isOccupied, let concrete = state.serving?.identity else { continue }
                var mark = run.mark(of: place, archiveDigest: "", state: IndexState.retired)
                mark.run = "adopted-\(run.id.text)"
                mark.readModelVersion = 0
                mark.definition = .null
                mark.predecessor = nil
                let kept = RunPlan.keptName(of: action.alias, at: mark.startedAt)
                let target = run.environment.target
                _ = try await run.effect(
                    "adopt",
                    on: action.alias,
                    intent: ["uuid": .text(concrete.uuid), "copy": .text(kept)],
                    before: .beforeSwap,
                    after: .afterSwap,
                    { [mark] () async throws(PipelineError) in
                        do throws(IndexError) {
                            return try await target.keepCopy(of: concrete, as: kept, mark: mark)
                        } catch { throw PipelineError(error) }
                    },
                    result: { (index: IndexIdentity) in ["uuid": .text(index.uuid)] }
                )
            }
        }
    }
}
