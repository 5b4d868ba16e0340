import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// Decides whether a command begins a new run or goes on with one, and where.
struct RunBeginning {
    let job: JobDefinition
    let environment: RunEnvironment
    let options: RunOptions
    let ledger: Ledger

    /// The run, noted in the ledger, and the state it goes on from.
    func begin() async throws(PipelineError) -> (run: ActiveRun, state: RunState) {
        let fresh = try await Planner(job: job, environment: environment).plan(
            known: try await knownDefinitions()
        )
        if let given = options.plan {
            let moved = given.moved(since: fresh)
            guard moved.isEmpty else {
                throw PipelineError(
                    .moved,
                    "the plan no longer holds",
                    cause: moved.joined(separator: "; "),
                    fix: "make a new plan and look at it"
                )
            }
        }
        try refusePast(fresh)
        let dialect = try await reporting { () throws(IndexError) in try await environment.target.probe() }
        if let unfinished = try await unfinished(fresh.identity), !options.startsFresh,
            let resumed = try await resume(unfinished, fresh, dialect)
        {
            return resumed
        }
        return try await start(fresh, dialect)
    }

    private func start(
        _ fresh: RunPlan,
        _ dialect: TargetDialect
    ) async throws(PipelineError) -> (run: ActiveRun, state: RunState) {
        try fresh.disk.check(stateFolder: environment.stateFolder, target: dialect.location)
        var random = ClosureGenerator(bits: environment.random)
        let now = environment.now()
        var plan = fresh
        // The names that a person has looked at are the names that are made.
        if let given = options.plan {
            for (place, readModel) in given.readModels.enumerated() where place < plan.readModels.count {
                plan.readModels[place].index = readModel.index
            }
        }
        let run = active(RunID(milliseconds: now, using: &random), startedAt: now, plan, dialect)
        let record = RunRecord(
            id: run.id,
            job: job.name,
            identity: plan.identity,
            startedAt: now,
            phase: RunPhase.plan.rawValue,
            indices: plan.readModels.map(\.index)
        )
        do {
            try await ledger.save(
                record,
                facts: [
                    "plan": plan.json, "job": jobFact,
                    "definitions": KnownDefinition.json(of: job.readModels),
                ]
            )
        } catch { throw PipelineError(error) }
        try await abandonOthers(than: run.id)
        return (run, .running(.plan))
    }

    /// Goes on with a run; nil when the ledger has no plan of it.
    private func resume(
        _ record: RunRecord,
        _ fresh: RunPlan,
        _ dialect: TargetDialect
    ) async throws(PipelineError) -> (run: ActiveRun, state: RunState)? {
        let recorded: RunPlan?
        let facts = try await RunFacts(ledger, run: record.id)
        do { recorded = try await ledger.fact("plan", of: record.id).flatMap(RunPlan.init(json:)) } catch {
            throw PipelineError(error)
        }
        guard let recorded, recorded.readModels.count == fresh.readModels.count,
            let phase = RunPhase(rawValue: record.phase)
        else { return nil }
        let plan = recorded.resumed(with: fresh)
        let run = active(record.id, startedAt: record.startedAt, plan, dialect)
        let state: RunState =
            record.outcome.flatMap(RunOutcome.init(rawValue:)).map { .ended($0, at: phase) }
            ?? .running(phase)
        let event = try await resumption(from: phase, plan, facts, fresh)
        do {
            let next = try state.after(event)
            try await save(record, at: next.phase, plan: plan)
            try await abandonOthers(than: run.id)
            return (run, next)
        } catch let error as PipelineError {
            throw error
        } catch {
            throw PipelineError(.fault, "run \(record.id) cannot go on", cause: "\(event) in \(state)")
        }
    }

    private func resumption(
        from phase: RunPhase,
        _ plan: RunPlan,
        _ facts: RunFacts,
        _ fresh: RunPlan
    ) async throws(PipelineError) -> RunEvent {
        if phase >= .verify, plan.isSwapped(in: fresh) { return .resumedSwapped }
        let read = facts.segments.isEmpty ? plan.archive.segments : facts.segments
        let change = ArchiveChange(from: read, to: fresh.archive.segments)
        guard change.onlyGrew else {
            var error = PipelineError(
                .moved,
                "the archive is not the one that the unfinished run began with",
                place: job.archive.location,
                cause: change.sentences.joined(separator: "; "),
                fix: "restore the segments, or start over with --fresh"
            )
            error.next = environment.invocation.run("--fresh")
            throw error
        }
        return change.added.isEmpty ? .resumed : .resumedGrown
    }

    private func save(_ record: RunRecord, at phase: RunPhase, plan: RunPlan) async throws(PipelineError) {
        var record = record
        record.phase = phase.rawValue
        record.outcome = nil
        record.endedAt = nil
        record.exit = nil
        do { try await ledger.save(record, facts: ["plan": plan.json, "job": jobFact]) } catch {
            throw PipelineError(error)
        }
    }

    private func active(_ id: RunID, startedAt: Int64, _ plan: RunPlan, _ dialect: TargetDialect) -> ActiveRun
    {
        ActiveRun(
            id: id,
            startedAt: startedAt,
            job: job,
            environment: environment,
            options: options,
            ledger: ledger,
            plan: plan,
            dialect: dialect
        )
    }

    private func unfinished(_ identity: String) async throws(PipelineError) -> RunRecord? {
        do {
            guard let newest = try await ledger.runs(identity: identity).first else { return nil }
            return newest.isFinal ? nil : newest
        } catch { throw PipelineError(error) }
    }

    /// Other unfinished runs of the job will never go on: their locks are ours, so nobody works at them.
    private func abandonOthers(than id: RunID) async throws(PipelineError) {
        do throws(LedgerError) {
            for var other in try await ledger.runs()
            where other.job == job.name && other.id != id && !other.isFinal {
                // A ready index may still be swapped by hand.
                guard other.outcome != RunOutcome.ready.rawValue, other.outcome != RunOutcome.held.rawValue
                else {
                    continue
                }
                other.outcome = RunOutcome.abandoned.rawValue
                other.endedAt = other.endedAt ?? environment.now()
                try await ledger.save(other)
                try await ledger.forgetCheckpoints(of: other.id)
            }
        } catch { throw PipelineError(error) }
    }

    /// A run as of a past instant would take readers back: only with consent.
    private func refusePast(_ plan: RunPlan) throws(PipelineError) {
        guard job.asOf != nil, !job.cutover.allowsPast, job.cutover.mode == .auto else { return }
        guard let serving = plan.readModels.flatMap(\.aliases).first(where: { $0.from != nil }) else {
            return
        }
        throw PipelineError(
            .refused,
            "an as-of run would move the serving alias \(serving.alias) into the past",
            place: environment.invocation.jobFile,
            fix: "set cutover.allowPast: true, or use a prefix"
        )
    }

    private var jobFact: JSONValue {
        [
            "file": .text(environment.invocation.jobFile), "target": job.target.json,
            "accepted": .optional(job.rejects.acceptedFile), "keep": .integer(job.cutover.keep),
        ]
    }

    private func knownDefinitions() async throws(PipelineError) -> [KnownDefinition] {
        do throws(LedgerError) {
            var known: [KnownDefinition] = []
            for run in try await ledger.runs() where run.outcome == RunOutcome.swapped.rawValue {
                known +=
                    try await ledger.fact("definitions", of: run.id).map(KnownDefinition.list(json:)) ?? []
            }
            return known
        } catch { throw PipelineError(error) }
    }
}

extension RunRecord {
    /// Whether the same command starts a new run.
    var isFinal: Bool { outcome.flatMap(RunOutcome.init(rawValue:))?.isFinal ?? false }
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
