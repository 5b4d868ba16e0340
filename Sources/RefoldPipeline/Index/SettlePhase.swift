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
        var documents = 0
        for (place, (definition, plan)) in run.readModels.enumerated() {
            try run.environment.stop.check()
            run.environment.progress(
                .step(
                    place + 1,
                    of: run.readModels.count,
                    "indices",
                    in: .settle,
                    subject: plan.index
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
            documents += report.documents
        }
        let indices = grouped(run.readModels.count, "index", "indices")
        run.environment.progress(
            .ended(.settle, "\(indices) with \(grouped(documents, "document", "documents")) can be read")
        )
    }
}
