import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension RunBeginning {
    /// The newest run of this identity, unless it is done with.
    func unfinished(_ identity: String) async throws(PipelineError) -> RunRecord? {
        do {
            guard let newest = try await ledger.runs(identity: identity).first else { return nil }
            return newest.isFinal ? nil : newest
        } catch { throw PipelineError(error) }
    }

    /// Goes on with a run; nil when a new one has to start: the ledger has no plan of it, or it ended without success and
    /// the archive is another one since.
    func resume(
        _ record: RunRecord,
        _ fresh: RunPlan,
        _ dialect: TargetDialect
    ) async throws(PipelineError) -> (run: ActiveRun, state: RunState)? {
        let recorded: RunPlan?
        let facts = try await RunFacts(ledger, run: record.id)
        do { recorded = try await ledger.fact("plan", of: record.id).flatMap(RunPlan.init(json:)) } catch {
            throw PipelineError(error)
        }
        // What a damaged frame held may be back by now: a run that left it out is not gone on with.
        guard facts.salvageRemarks.isEmpty else { return nil }
        guard let recorded, recorded.readModels.count == fresh.readModels.count,
            let phase = RunPhase(rawValue: record.phase)
        else { return nil }
        let plan = recorded.resumed(with: fresh)
        let run = active(record.id, startedAt: record.startedAt, plan, dialect)
        let state: RunState =
            record.outcome.flatMap(RunOutcome.init(rawValue:)).map { .ended($0, at: phase) }
            ?? .running(phase)
        guard let event = try resumption(of: record, from: phase, plan, facts, fresh) else { return nil }
        do {
            let next = try state.after(event)
            try await save(record, at: next.phase, plan: plan, facts)
            try await abandonOthers(than: run.id, seeing: fresh)
            return (run, next)
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError(.fault, "run \(record.id) cannot go on", cause: "\(event) in \(state)")
        }
    }

    private func resumption(
        of record: RunRecord,
        from phase: RunPhase,
        _ plan: RunPlan,
        _ facts: RunFacts,
        _ fresh: RunPlan
    ) throws(PipelineError) -> RunEvent? {
        if phase >= .verify, plan.isSwapped(in: fresh) { return .resumedSwapped }
        let read = facts.segments.isEmpty ? plan.archive.segments : facts.segments
        let change = ArchiveChange(from: read, to: fresh.archive.segments)
        guard change.onlyGrew else {
            let sentences = change.sentences.joined(separator: "; ")
            if let end = endWithoutSuccess(of: record) {
                environment.remark(
                    "the archive is another one since run \(record.id), which \(end): \(sentences); starting over"
                )
                return nil
            }
            var error = PipelineError(
                .moved,
                "the archive is not the one that the unfinished run began with",
                place: job.archive.location,
                cause: sentences,
                fix: "restore the segments, or start over with --fresh"
            )
            error.next = environment.invocation.run("--fresh")
            throw error
        }
        return change.added.isEmpty ? .resumed : .resumedGrown
    }

    /// How a run ended that has nothing worth keeping from another archive; nil: it may still be gone on with as it is.
    ///
    /// Mending the archive is what its end asked for. A run that was interrupted, waits for a person, or met a full disk or
    /// a target that was away keeps its archive.
    private func endWithoutSuccess(of record: RunRecord) -> String? {
        if record.outcome == RunOutcome.refused.rawValue { return "its gates refused" }
        let blamesArchive = [FailureKind.archiveRefused, .rejectsOverBudget, .moved].contains {
            record.exit == environment.exitStatus($0)
        }
        return record.outcome == RunOutcome.failed.rawValue && blamesArchive ? "failed" : nil
    }

    private func save(
        _ record: RunRecord,
        at phase: RunPhase,
        plan: RunPlan,
        _ facts: RunFacts
    ) async throws(PipelineError) {
        var kept = WorkingTime.facts(resuming: record, facts, now: environment.now())
        kept["plan"] = plan.json
        kept["job"] = jobFact
        var record = record
        record.phase = phase.rawValue
        record.outcome = nil
        record.endedAt = nil
        record.exit = nil
        do { try await ledger.save(record, facts: kept) } catch { throw PipelineError(error) }
    }
}

extension RunPlan {
    /// This plan with what a resumption sees now: its own index names, the archive and the aliases as they stand.
    func resumed(with fresh: RunPlan) -> RunPlan {
        var plan = fresh
        for (place, old) in readModels.enumerated() {
            plan.readModels[place].index = old.index
            for (number, action) in old.aliases.enumerated()
            where number < plan.readModels[place].aliases.count {
                // The swap was done before the pause: where it came from is what the first attempt saw.
                if plan.readModels[place].aliases[number].from == old.index {
                    plan.readModels[place].aliases[number] = action
                }
            }
        }
        return plan
    }

    /// Whether every alias points at this plan's indices, as a newer plan saw them.
    func isSwapped(in fresh: RunPlan) -> Bool {
        let pairs = zip(readModels, fresh.readModels)
        return !readModels.isEmpty
            && pairs.allSatisfy { own, now in now.aliases.allSatisfy { $0.from == own.index } }
    }
}
