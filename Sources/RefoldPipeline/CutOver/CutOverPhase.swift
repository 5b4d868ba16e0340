import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// The cut-over phase: a compare-and-swap of the aliases, read back, then the marks that tell of it.
struct CutOverPhase {
    let run: ActiveRun

    /// Marks the indices ready: their gates passed, and a person or the run may swap them.
    func markReady(_ facts: RunFacts) async throws(PipelineError) {
        try reach(.beforeReady)
        for (place, (_, plan)) in run.readModels.enumerated() {
            guard let index = facts.identity(of: plan.index) else { continue }
            var mark = run.mark(
                of: place,
                archiveDigest: facts.archiveDigest ?? "",
                state: IndexState.ready,
                salvage: facts.salvageRemarks
            )
            // Before the swap: whatever is written later was not written by this run.
            mark.noteWrites(try await run.environment.target.written(index))
            mark.documents = facts.sums(of: plan.index).expected
            mark.together = together(with: index, facts)
            try await run.environment.target.setting(mark, of: index)
        }
    }

    /// Takes the word `ready` back before gates are asked again: an earlier yes is no leave to swap what they refuse now.
    ///
    /// An index that serves already (`cutover.together` is false) stays marked as it is.
    func takeReadyBack() async throws(PipelineError) {
        guard run.dialect.hasAliases else { return }
        for (_, plan) in run.readModels {
            guard let index = try await run.environment.target.index(named: plan.index),
                var mark = index.mark,
                mark.run == run.id.text, mark.state == IndexState.ready, index.aliases.isEmpty
            else { continue }
            mark.state = IndexState.building
            mark.documents = nil
            try await run.environment.target.setting(mark, of: index.identity)
        }
    }

    /// The indices whose aliases move in one step with an index's.
    private func together(with index: IndexIdentity, _ facts: RunFacts) -> [IndexIdentity] {
        guard run.job.cutover.together else { return [index] }
        return run.plan.readModels.compactMap { facts.identity(of: $0.index) }
    }

    /// Swaps; answers the gate that stopped it, nil when the aliases point at the run's indices.
    func swap(_ facts: RunFacts) async throws(PipelineError) -> GateResult? {
        try reach(.beforeCutOver)
        let perReadModel = try run.readModels.map { (_, plan) throws(PipelineError) in
            try swaps(plan, facts)
        }
        try await keepConcreteIndices()
        let steps = run.job.cutover.together ? [perReadModel.flatMap { $0 }] : perReadModel
        for swaps in steps {
            if let stopped = try await swap(swaps) { return stopped }
        }
        return nil
    }

    /// Writes down beside the data what the swap did.
    func mark(_ facts: RunFacts) async throws(PipelineError) {
        try reach(.beforeMarks)
        try await markServing(facts)
        let aliases = run.plan.readModels.reduce(0) { $0 + $1.aliases.count }
        run.environment.progress(.ended(.cutOver, "\(grouped(aliases, "alias", "aliases")) moved, read back"))
    }

    private func swaps(_ plan: RunPlan.ReadModelPlan, _ facts: RunFacts) throws(PipelineError) -> [AliasSwap]
    {
        guard let index = facts.identity(of: plan.index) else {
            throw PipelineError(
                .damaged,
                "the ledger does not know index \(plan.index)",
                fix: "run the same command with --fresh"
            )
        }
        return plan.aliases.map { AliasSwap(alias: $0.alias, from: $0.from, to: index) }
    }

    private func swap(_ swaps: [AliasSwap]) async throws(PipelineError) -> GateResult? {
        let target = run.environment.target
        let outcome = try await run.effect(
            "swap",
            on: swaps.map(\.alias).joined(separator: ","),
            intent: .array(swaps.map(\.json)),
            before: .beforeSwap,
            after: .afterSwap,
            { () async throws(PipelineError) in try await target.swapping(swaps) },
            result: { (outcome: SwapOutcome) in .text("\(outcome)") }
        )
        return outcome.gate
    }

    /// The new index serves, the one before is retired: repeated, it says the same.
    private func markServing(_ facts: RunFacts) async throws(PipelineError) {
        let swappedAt = Timestamp.iso8601(run.now)
        for (place, (_, plan)) in run.readModels.enumerated() {
            guard let index = facts.identity(of: plan.index) else { continue }
            var mark = run.mark(
                of: place,
                archiveDigest: facts.archiveDigest ?? "",
                state: IndexState.serving,
                salvage: facts.salvageRemarks
            )
            mark.swappedAt = swappedAt
            mark.noteWrites(try await run.environment.target.index(named: index.name)?.mark?.writes)
            mark.together = together(with: index, facts)
            try await run.environment.target.setting(mark, of: index)
            if let before = plan.aliases.first?.from, before != plan.index {
                try await run.environment.target.retire(before)
            }
        }
    }
}

extension SwapOutcome {
    /// The gate that a swap which changed nothing failed at; nil when the aliases point where they shall.
    var gate: GateResult? {
        switch self {
        case .swapped, .alreadyDone: return nil
        case .moved(let alias, let pointsAt):
            let now = pointsAt.isEmpty ? "nothing" : pointsAt.joined(separator: ", ")
            return GateResult(
                .moved,
                .failed,
                "alias \(alias) was moved to \(now) by someone else",
                examples: pointsAt
            )
        case .occupied(let alias):
            return GateResult(.occupied, .failed, "the name \(alias) belongs to a concrete index or table")
        }
    }
}

extension AliasSwap {
    /// For the ledger.
    var json: JSONValue {
        [
            "alias": .text(alias), "from": .optional(from), "to": .optional(to?.name),
            "uuid": .optional(to?.uuid),
        ]
    }
}
