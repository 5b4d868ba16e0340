import RefoldBytes
package import RefoldLedger

extension RunPlan {
    /// This plan as the run that it goes on with has it, and a word on that run; unchanged when a new one begins.
    package func goingOn(in ledger: Ledger?) async throws(PipelineError) -> RunPlan {
        guard let ledger else { return self }
        do throws(LedgerError) {
            guard let newest = try await ledger.runs(identity: identity).first, !newest.isFinal,
                // One that left damage out is begun anew: the damage may be gone.
                try await ledger.fact("salvage", of: newest.id)?.asTexts?.isEmpty ?? true,
                let recorded = try await ledger.fact("plan", of: newest.id).flatMap(RunPlan.init(json:)),
                recorded.readModels.count == readModels.count
            else { return self }
            var plan = recorded.resumed(with: self)
            let own = Set(plan.readModels.map(\.index))
            plan.abandoned.removeAll(where: own.contains)
            plan.warnings.append(
                "the next run goes on with run \(newest.id), which stands at \(newest.outcome ?? newest.phase); "
                    + "--fresh begins a new one"
            )
            return plan
        } catch { throw PipelineError(error) }
    }
}
