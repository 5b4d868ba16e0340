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
        var planner = Planner(job: job, environment: environment, salvages: options.salvages)
        do { planner.ownRuns = Set(try await ledger.runs().map(\.id.text)) } catch {
            throw PipelineError(error)
        }
        let fresh = try await planner.plan(known: try await KnownDefinition.used(by: ledger))
        if let given = options.plan {
            let moved = given.moved(since: fresh)
            guard moved.isEmpty else {
                var error = PipelineError(
                    .moved,
                    "the plan no longer holds",
                    place: options.planFile,
                    cause: moved.joined(separator: "; "),
                    fix: "make a new plan, look at it, and run that one"
                )
                // The run alone would do what nobody has looked at.
                error.next = options.planFile.map(environment.invocation.plan(into:))
                throw error
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
                    WorkingTime.counted: .integer(now),
                ]
            )
        } catch { throw PipelineError(error) }
        try await abandonOthers(than: run.id, seeing: fresh)
        return (run, .running(.plan))
    }

    func active(_ id: RunID, startedAt: Int64, _ plan: RunPlan, _ dialect: TargetDialect) -> ActiveRun {
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

    /// What verbs on the run need to know of its job.
    var jobFact: JSONValue {
        [
            "file": .text(environment.invocation.jobFile), "target": job.target.json,
            "command": .text(environment.invocation.run()), "folder": .text(environment.invocation.folder),
            "readModels": .array(job.readModels.map(\.stateFact)),
            "archive": .text(job.archive.location), "unlisted": .text(job.archive.unlisted.rawValue),
            "accepted": .optional(job.rejects.acceptedFile), "keep": .integer(job.cutover.keep),
        ]
    }
}
