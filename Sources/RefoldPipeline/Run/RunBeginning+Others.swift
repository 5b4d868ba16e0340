import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension RunBeginning {
    /// Other unfinished runs of the job will never go on: their locks are ours, so nobody works at them.
    ///
    /// What they left in the state folder goes with them.
    func abandonOthers(than id: RunID, seeing plan: RunPlan) async throws(PipelineError) {
        do throws(LedgerError) {
            for var other in try await ledger.runs()
            where other.job == job.name && other.id != id && !other.isFinal {
                if try await mayBeSwapped(other, seeing: plan) { continue }
                other.outcome = RunOutcome.abandoned.rawValue
                other.endedAt = other.endedAt ?? environment.now()
                try await ledger.save(other)
                try await ledger.forgetCheckpoints(of: other.id)
            }
            environment.removeStrayWorkFiles(try await ledger.runs())
        } catch { throw PipelineError(error) }
    }

    /// Whether a person may still swap a ready run by hand: its aliases point where it saw them.
    private func mayBeSwapped(_ run: RunRecord, seeing plan: RunPlan) async throws(LedgerError) -> Bool {
        guard run.outcome == RunOutcome.ready.rawValue || run.outcome == RunOutcome.held.rawValue,
            let own = try await ledger.fact("plan", of: run.id).flatMap(RunPlan.init(json:))
        else { return false }
        let now = Dictionary(
            plan.readModels.flatMap(\.aliases).map { ($0.alias, $0.from) },
            uniquingKeysWith: { $1 }
        )
        return own.readModels.allSatisfy { readModel in
            readModel.aliases.allSatisfy { action in
                guard let from = now[action.alias] else { return true }
                return from == action.from || from == readModel.index
            }
        }
    }
}

extension RunRecord {
    /// Whether the same command starts a new run.
    var isFinal: Bool { outcome.flatMap(RunOutcome.init(rawValue:))?.isFinal ?? false }
}
