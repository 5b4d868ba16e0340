import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// Drives a run from state to state; each transition is durable before the next phase begins.
struct RunLoop {
    let run: ActiveRun
    let locks: RunLocks

    func go(from start: RunState) async throws(PipelineError) -> RunReport {
        var state = start
        var products = PhaseProducts()
        // Behind the swap a run goes on only when its aliases were found to have moved.
        products.isSwapped = start.phase >= .cutOver
        while case .running(let phase) = state {
            locks.tell(run: run.id, state: phase.rawValue)
            let began = run.now
            let event: RunEvent
            do throws(PipelineError) {
                try run.environment.stop.check()
                event = try await perform(phase, &products)
            } catch {
                let told = await noted(error, at: state, began: began)
                return try await end(with: told, at: phase, products)
            }
            state = try advance(state, event)
            do throws(PipelineError) {
                try await save(
                    state,
                    failure: products.gates.decisive?.name.kind,
                    took: run.now - began,
                    in: phase
                )
            } catch { return try await end(with: error, at: phase, products) }
        }
        do { return try await finish(state, products) } catch {
            return try await end(with: error, at: state.phase, products)
        }
    }

    private func perform(
        _ phase: RunPhase,
        _ products: inout PhaseProducts
    ) async throws(PipelineError) -> RunEvent {
        switch phase {
        case .plan:
            products.deleted += try await RetirePhase(run: run).removeAbandoned()
            return .phaseDone
        case .fold:
            try await CutOverPhase(run: run).takeReadyBack()
            products.states = try await FoldPhase(run: run).fold()
            return .phaseDone
        case .index:
            // A resumed run folds from its last checkpoint, which covers everything.
            if products.states == nil { products.states = try await FoldPhase(run: run).fold() }
            if let states = products.states { try await IndexPhase(run: run).load(states) }
            // What was spilled stays until the run is over: a grown archive folds on from it.
            products.states = nil
            return .phaseDone
        case .settle:
            try await SettlePhase(run: run).settle()
            return .phaseDone
        case .verify: return try await verify(&products)
        case .cutOver: return try await cutOver(&products)
        case .retire:
            products.deleted += try await RetirePhase(run: run).retire()
            return .phaseDone
        }
    }

    private func verify(_ products: inout PhaseProducts) async throws(PipelineError) -> RunEvent {
        try await CutOverPhase(run: run).takeReadyBack()
        products.gates = try await VerifyPhase(run: run).verify()
        try await keepGates(products)
        let decisive = products.gates.decisive
        if let decisive, decisive.name.kind != .notSwapped { return .refused }
        guard run.dialect.hasAliases else { return .hasNoAlias }
        try await CutOverPhase(run: run).markReady(try await RunFacts(run.ledger, run: run.id))
        if decisive != nil { return .held }
        return run.job.cutover.mode == .manual ? .waitsForPerson : .phaseDone
    }

    private func cutOver(_ products: inout PhaseProducts) async throws(PipelineError) -> RunEvent {
        if let program = run.job.beforeCutoverHook {
            let hook = BeforeCutoverHook(
                program: program,
                facts: [
                    ("REFOLD_RUN", run.id.text), ("REFOLD_JOB", run.job.name),
                    ("REFOLD_INDICES", run.plan.readModels.map(\.index).joined(separator: " ")),
                ],
                stop: run.environment.stop
            )
            let result = try await hook.ask()
            products.gates.append(result)
            if result.state == .failed {
                try await keepGates(products)
                return .held
            }
        }
        let facts = try await RunFacts(run.ledger, run: run.id)
        let phase = CutOverPhase(run: run)
        if let stopped = try await phase.swap(facts) {
            products.gates.append(stopped)
            try await keepGates(products)
            return .refused
        }
        products.isSwapped = true
        try await phase.mark(facts)
        return .phaseDone
    }

    private func keepGates(_ products: PhaseProducts) async throws(PipelineError) {
        try await run.keep(.array(products.gates.map(\.json)), as: "gates")
    }

    func advance(_ state: RunState, _ event: RunEvent) throws(PipelineError) -> RunState {
        do { return try state.after(event) } catch {
            throw PipelineError(.fault, "the run cannot go on", cause: "\(event) in \(state)")
        }
    }
}

/// What the phases of one attempt hand on in memory.
struct PhaseProducts {
    var states: (any FoldedStates)?
    var gates: [GateResult] = []
    var deleted: [String] = []
    /// Whether the aliases are known to point at the run's indices.
    var isSwapped = false
}
