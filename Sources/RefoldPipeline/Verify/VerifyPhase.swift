import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// The verify phase: evaluates every gate, whatever the others say.
struct VerifyPhase {
    let run: ActiveRun

    /// What each gate found, in a fixed order.
    func verify() async throws(PipelineError) -> [GateResult] {
        try reach(.beforeVerify)
        let facts = try await RunFacts(run.ledger, run: run.id)
        guard let lines = facts.lines else {
            throw PipelineError(
                .damaged,
                "the ledger has no counts of the run",
                fix: "run the same command with --fresh"
            )
        }
        var gates = [try await archiveGate(facts), SumsGate.judge(lines: lines)]
        for place in run.readModels.indices {
            try run.environment.stop.check()
            run.environment.progress(
                .step(
                    place + 1,
                    of: run.readModels.count,
                    "indices",
                    in: .verify,
                    subject: run.plan.readModels[place].index
                )
            )
            gates += try await judge(place, facts)
        }
        gates.append(try await rejectsGate())
        gates.append(BudgetGates.judgeMarks(found: facts.marks, budget: run.job.verify.markBudget))
        run.environment.progress(.ended(.verify, Self.outcome(of: gates)))
        return gates
    }

    /// How many gates ended how; those that refuse by name.
    private static func outcome(of gates: [GateResult]) -> String {
        func count(_ state: GateResult.State) -> Int { gates.count { $0.state == state } }
        var outcome = "\(grouped(count(.passed), "gate", "gates")) passed"
        if count(.reported) > 0 { outcome += ", \(grouped(count(.reported))) reported" }
        if count(.skipped) > 0 { outcome += ", \(grouped(count(.skipped))) left out" }
        let failed = gates.filter { $0.state == .failed }.map { gate in
            gate.name.rawValue + (gate.readModel.map { " (\($0))" } ?? "")
        }
        if !failed.isEmpty { outcome += ", failed: \(failed.joined(separator: ", "))" }
        return outcome
    }

    private func archiveGate(_ facts: RunFacts) async throws(PipelineError) -> GateResult {
        let now = try await run.environment.lister.list(run.job.archive)
        return MovedGate.judge(archive: ArchiveChange(from: facts.segments, to: now.segments))
    }

    private func rejectsGate() async throws(PipelineError) -> GateResult {
        let records: [RejectRecord]
        do { records = try await run.ledger.rejects(of: run.id) } catch { throw PipelineError(error) }
        return RejectsGate.judge(
            records.map(Reject.init),
            accepted: try AcceptedRejects(file: run.job.rejects.acceptedFile),
            budget: run.job.rejects.budget
        )
    }

    /// The gates of one read model.
    private func judge(_ place: Int, _ facts: RunFacts) async throws(PipelineError) -> [GateResult] {
        let (definition, plan) = run.readModels[place]
        let name = definition.name
        let sums = facts.sums(of: plan.index)
        var gates = [
            SumsGate.judge(readModel: name, records: facts.records[place] ?? RecordCounts(), documents: sums),
            BudgetGates.judgeGaps(readModel: name, sums, budget: run.job.verify.gapBudget),
        ]
        guard run.dialect.hasAliases else { return gates }
        guard let made = facts.created[plan.index], facts.isLoaded(plan.index) else {
            throw PipelineError(
                .damaged,
                "the ledger does not know what was loaded into \(plan.index)",
                fix: "run the same command with --fresh"
            )
        }
        let index = IndexIdentity(name: plan.index, uuid: made.uuid)
        let own = MovedGate.judge(
            own: try await run.environment.target.index(named: plan.index),
            named: plan.index,
            made: made,
            readModel: name
        )
        gates.append(own)
        let states = try await aliasGates(plan, readModel: name, into: &gates)
        // What is gone or another's cannot be read: the gate above has said so.
        guard own.state == .passed else { return gates }
        let found: Int
        do { found = try await run.environment.target.count(index) } catch { throw PipelineError(error) }
        // The digest names documents, so it comes first: of two failed gates of one kind the first decides.
        gates.append(try await digestGate(definition, index, facts))
        gates.append(CountGate.judge(readModel: name, found: found, expected: sums.expected))
        for canary in run.job.verify.canaries where canary.readModel == name {
            gates.append(try await CanaryGate.ask(canary, of: index, in: run.environment.target))
        }
        let serving = states.first?.serving
        if let serving, serving.documents == nil {
            throw PipelineError(
                .target,
                "not every part of the serving index answers: what the swap would take away is not known",
                place: serving.identity.name,
                fix: "wait until its primaries are back, then run the same command: it goes on"
            )
        }
        gates.append(
            ShareGate.judge(
                readModel: name,
                found: found,
                serving: serving?.identity == index ? nil : serving?.documents,
                share: run.job.verify.minimumShareOfPrevious
            )
        )
        gates.append(try await behindGate(definition, index, serving: serving, facts))
        return gates
    }

    private func aliasGates(
        _ plan: RunPlan.ReadModelPlan,
        readModel: String,
        into gates: inout [GateResult]
    ) async throws(PipelineError) -> [AliasState] {
        var states: [AliasState] = []
        for action in plan.aliases {
            let state = try await run.environment.target.state(of: action.alias)
            gates.append(MovedGate.judge(state, planned: action, own: plan.index, readModel: readModel))
            states.append(state)
        }
        if let first = plan.aliases.first?.alias {
            let own = try await run.environment.target.indices(of: readModel, under: first)
            gates.append(
                HeldGate.judge(
                    own,
                    alias: first,
                    readModel: readModel,
                    release: run.environment.invocation.release
                )
            )
        }
        return states
    }

    private func digestGate(
        _ definition: ReadModelDefinition,
        _ index: IndexIdentity,
        _ facts: RunFacts
    ) async throws(PipelineError) -> GateResult {
        let gate = DigestGate(
            readModel: definition.name,
            index: index,
            target: run.environment.target,
            folder: run.expectedFolder,
            stop: run.environment.stop
        )
        switch run.job.verify.digest {
        case .none: return GateResult(.digest, .skipped, readModel: definition.name, "verify.digest is none")
        case .full: return try await gate.full(try expected(of: index.name, facts))
        case .sampled: return try await gate.sampled(try expected(of: index.name, facts))
        }
    }
}
