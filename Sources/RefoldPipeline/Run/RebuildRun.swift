import RefoldBytes
import RefoldIndex
import RefoldLedger
package import RefoldModel

/// Runs a Rebuild job: from an archive to a verified, swapped read model.
///
/// The phases are files of their own; here is only their order, and what is durable between them. An unfinished run of
/// the same identity goes on where it was.
package struct RebuildRun: Sendable {
    private let job: JobDefinition
    private let environment: RunEnvironment
    private let options: RunOptions

    /// All parts.
    package init(job: JobDefinition, environment: RunEnvironment, options: RunOptions = RunOptions()) {
        self.job = job
        self.environment = environment
        self.options = options
    }

    /// Runs the job to an end that it reports, or throws with everything noted that a resumption needs.
    ///
    /// Throws ``PipelineError`` with the command to type next.
    package func run() async throws(PipelineError) -> RunReport {
        do { return try await lockedRun() } catch {
            var told = error
            told.next = told.next ?? environment.invocation.run()
            throw told
        }
    }

    private func lockedRun() async throws(PipelineError) -> RunReport {
        let ledger: Ledger
        do { ledger = try Ledger(folder: environment.stateFolder) } catch { throw PipelineError(error) }
        let locks = try RunLocks(
            aliases: job.allAliases,
            stateFolder: environment.stateFolder,
            targetLock: environment.target.lockPath,
            now: environment.now()
        )
        // The locks live as long as the run: the kernel takes them back when they go.
        defer { withExtendedLifetime(locks) {} }
        try reach(.beforePlan)
        let begun = try await RunBeginning(
            job: job,
            environment: environment,
            options: options,
            ledger: ledger
        )
        .begin()
        return try await RunLoop(run: begun.run, locks: locks).go(from: begun.state)
    }
}

/// Drives a run from state to state; each transition is durable before the next phase begins.
private struct RunLoop {
    let run: ActiveRun
    let locks: RunLocks

    func go(from start: RunState) async throws(PipelineError) -> RunReport {
        var state = start
        var products = PhaseProducts()
        while case .running(let phase) = state {
            locks.tell(run: run.id, state: phase.rawValue)
            let began = run.now
            let event: RunEvent
            do throws(PipelineError) {
                try run.environment.stop.check()
                event = try await perform(phase, &products)
            } catch { throw await noted(error, at: state, began: began) }
            state = try advance(state, event)
            try await save(
                state,
                failure: products.gates.decisive?.name.kind,
                took: run.now - began,
                in: phase
            )
        }
        return try await finish(state, products)
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
        products.gates = try await VerifyPhase(run: run).verify()
        try await run.keep(.array(products.gates.map(\.json)), as: "gates")
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
            if result.state == .failed { return .held }
        }
        let facts = try await RunFacts(run.ledger, run: run.id)
        guard let stopped = try await CutOverPhase(run: run).cutOver(facts) else { return .phaseDone }
        products.gates.append(stopped)
        return .refused
    }

    private func advance(_ state: RunState, _ event: RunEvent) throws(PipelineError) -> RunState {
        do { return try state.after(event) } catch {
            throw PipelineError(.fault, "the run cannot go on", cause: "\(event) in \(state)")
        }
    }

    private func finish(_ state: RunState, _ products: PhaseProducts) async throws(PipelineError) -> RunReport
    {
        guard case .ended(let outcome, _) = state else {
            throw PipelineError(.fault, "the run has no end", cause: "\(state)")
        }
        let facts = try await RunFacts(run.ledger, run: run.id)
        if outcome.isFinal {
            do { try await run.ledger.forgetCheckpoints(of: run.id) } catch { throw PipelineError(error) }
            try WorkFolder.remove(run.workFolder)
        }
        return RunReport(
            run,
            facts: facts,
            outcome: outcome,
            gates: products.gates,
            deleted: products.deleted
        )
    }

    /// Notes an error in the ledger and gives it the command to type next.
    private func noted(_ error: PipelineError, at state: RunState, began: Int64) async -> PipelineError {
        var told = error
        told.next = told.next ?? run.environment.invocation.run()
        if error.kind == .interrupted, error.cause == nil {
            told.cause = "it stood in phase \(state.phase.rawValue); the phases before it are kept"
        }
        do throws(PipelineError) {
            let end = try advance(state, error.kind == .interrupted ? .interrupted : .failed)
            try await save(end, failure: error.kind, took: run.now - began, in: state.phase)
        } catch let second {
            // The first error is the one to act on; that the ledger could not take it is part of it.
            told.cause = [told.cause, "the ledger could not note it: \(second)"].compactMap { $0 }
                .joined(separator: "; ")
        }
        return told
    }

    private func save(
        _ state: RunState,
        failure: FailureKind?,
        took: Int64,
        in phase: RunPhase
    ) async throws(PipelineError) {
        var record = RunRecord(
            id: run.id,
            job: run.job.name,
            identity: run.plan.identity,
            startedAt: run.startedAt,
            phase: state.phase.rawValue,
            indices: run.plan.readModels.map(\.index)
        )
        if case .ended(let outcome, _) = state {
            try reach(.beforeEnd)
            record.outcome = outcome.rawValue
            record.endedAt = run.now
            record.exit = run.environment.exitStatus(outcome.isSuccess ? nil : failure ?? .internalFault)
        }
        let earlier = try await RunFacts(run.ledger, run: run.id).durations[phase] ?? 0
        let total = earlier.addingReportingOverflow(max(0, took)).partialValue
        do {
            try await run.ledger.save(record, facts: ["took:\(phase.rawValue)": .integer(total)])
        } catch { throw PipelineError(error) }
    }
}

/// What the phases of one attempt hand on in memory.
private struct PhaseProducts {
    var states: (any FoldedStates)?
    var gates: [GateResult] = []
    var deleted: [String] = []
}
