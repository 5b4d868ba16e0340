import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension RunLoop {
    /// What is done once a run has ended, and its report.
    func finish(_ state: RunState, _ products: PhaseProducts) async throws(PipelineError) -> RunReport {
        guard case .ended(let outcome, _) = state else {
            throw PipelineError(.fault, "the run has no end", cause: "\(state)")
        }
        if outcome.isFinal {
            do { try await run.ledger.forgetCheckpoints(of: run.id) } catch { throw PipelineError(error) }
            run.environment.removeWorkFiles(of: run.id.text)
        }
        return try await report(outcome, products)
    }

    /// How a run ends that an error stopped: swapped and told so when its aliases had moved, else by the error alone.
    func end(
        with error: PipelineError,
        at phase: RunPhase,
        _ products: PhaseProducts
    ) async throws(PipelineError) -> RunReport {
        guard phase >= .cutOver, await areAliasesMoved(error, products) else { throw error }
        var told = error.afterSwap("readers see the new index")
        told.next = told.next ?? error.usualNext(run.environment.invocation)
        do throws(PipelineError) {
            var report = try await report(.swapped, products)
            report.failure = told.kind
            report.unfinished = told
            return report
        } catch let second {
            told.cause = [told.cause, "the report could not be made: \(second)"].compactMap { $0 }
                .joined(separator: "; ")
            let undo = RunReport.FollowUp(run, outcome: .swapped, gates: [], isSalvaged: false)
            if undo.word == .undo {
                told.fix = (told.fix.map { "\($0); " } ?? "") + "undo: `\(undo.command)`"
            }
            throw told
        }
    }

    /// Whether the aliases point at the run's indices, as far as that can be learned after an error.
    private func areAliasesMoved(_ error: PipelineError, _ products: PhaseProducts) async -> Bool {
        if products.isSwapped { return true }
        // What the error itself says must not be said otherwise.
        guard error.kind != .swapAmbiguous else { return false }
        do {
            for (_, plan) in run.readModels {
                for action in plan.aliases {
                    let state = try await run.environment.target.state(of: action.alias)
                    guard state.pointsAt == [plan.index] else { return false }
                }
            }
            return true
        } catch { return false }
    }

    private func report(
        _ outcome: RunOutcome,
        _ products: PhaseProducts
    ) async throws(PipelineError) -> RunReport {
        let facts = try await RunFacts(run.ledger, run: run.id)
        let records: [RejectRecord]
        do { records = try await run.ledger.rejects(of: run.id) } catch { throw PipelineError(error) }
        return RunReport(
            run,
            facts: facts,
            accepted: AcceptedCounts(
                records.map(Reject.init),
                try AcceptedRejects(file: run.job.rejects.acceptedFile),
                of: run.job.readModels
            ),
            outcome: outcome,
            gates: products.gates,
            deleted: products.deleted
        )
    }

    /// Notes an error in the ledger and gives it the command to type next.
    func noted(_ error: PipelineError, at state: RunState, began: Int64) async -> PipelineError {
        var told = error
        let invocation = run.environment.invocation
        told.next =
            told.next
            ?? (error.kind == .rejectsOverBudget
                ? invocation.verb("rejects", "list", run.id.text) : error.usualNext(invocation))
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

    /// Makes a state durable, with the time that the phase took.
    func save(
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
        let facts: [String: JSONValue] = [
            "took:\(phase.rawValue)": .integer(WorkingTime.sum([earlier, took])),
            WorkingTime.counted: .integer(run.now),
        ]
        do {
            try await run.ledger.save(record, facts: facts)
        } catch { throw PipelineError(error) }
    }
}
