import RefoldBytes
import RefoldIndex
import RefoldModel

/// The settle phase: makes each index ready to be read.
struct SettlePhase {
    let run: ActiveRun

    /// Settles every index that the run made; done again, it finds nothing to do.
    func settle() async throws(PipelineError) {
        try reach(.beforeSettle)
        let facts = try await RunFacts(run.ledger, run: run.id)
        for (place, (definition, plan)) in run.readModels.enumerated() {
            try run.environment.stop.check()
            run.environment.progress(
                ProgressReport(
                    phase: .settle,
                    subject: plan.index,
                    done: place,
                    total: run.readModels.count,
                    unit: "indices"
                )
            )
            guard let index = facts.identity(of: plan.index), facts.isLoaded(plan.index) else {
                throw PipelineError(
                    .damaged,
                    "the ledger does not know what was loaded into \(plan.index)",
                    place: plan.index,
                    fix: "run the same command with --fresh"
                )
            }
            let report: SettleReport
            do {
                report = try await run.environment.target.settle(
                    index,
                    forceMerge: definition.index.forceMerge
                )
            } catch { throw PipelineError(error) }
            try reach(.afterSettle)
            try await run.keep(
                ["documents": .integer(report.documents), "remarks": .texts(report.remarks)],
                as: "settled:\(plan.index)"
            )
        }
    }
}
