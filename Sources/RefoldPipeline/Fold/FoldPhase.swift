import RefoldBytes
import RefoldLedger
import RefoldModel

/// The fold phase: one pass over the archive, its counts and rejects made durable.
struct FoldPhase {
    let run: ActiveRun

    /// Folds, or goes on from the newest checkpoint.
    func fold() async throws(PipelineError) -> any FoldedStates {
        try reach(.beforeFold)
        let workFolder = run.workFolder + "/fold"
        do { try Ledger.make(folder: workFolder) } catch { throw PipelineError(error) }
        let request = FoldRequest(
            archive: run.job.archive,
            readModels: run.job.readModels,
            asOf: run.job.asOf,
            salvages: run.options.salvages,
            shards: max(1, run.job.replay.shards ?? MachineLimits.cores),
            memoryBytes: run.job.replay.memoryBytes ?? MachineLimits.halfOfMemory,
            checkpointSeconds: run.job.replay.checkpointSeconds,
            abortAt: run.job.rejects.abortAt,
            workFolder: workFolder,
            stop: run.environment.stop
        )
        let states = try await run.environment.engine.fold(
            request,
            checkpoints: LedgerCheckpoints(run: run),
            progress: run.environment.progress
        )
        guard states.lineCounts.events > 0 else {
            throw PipelineError(
                .archive,
                "the archive has no events",
                place: run.job.archive.location,
                cause:
                    "\(states.lineCounts.lines) lines were read, \(states.lineCounts.rejected) are rejects",
                fix:
                    "check the path and the read models' events.format; an empty archive never becomes an empty index"
            )
        }
        try await keep(states)
        return states
    }

    private func keep(_ states: any FoldedStates) async throws(PipelineError) {
        let rejects = states.rejects.enumerated().map { $1.record(stage: RejectStage.fold, ordinal: $0) }
        do {
            try await run.ledger.replaceRejects(stage: RejectStage.fold, with: rejects, of: run.id)
        } catch { throw PipelineError(error) }
        try await run.keep(states.lineCounts.json, as: "lines")
        for place in run.job.readModels.indices {
            try await run.keep(states.recordCounts(readModel: place).json, as: "records:\(place)")
        }
        try await run.keep(["count": .integer(states.entityMarks.count)], as: "marks")
        try await run.keep(.texts(states.salvageRemarks), as: "salvage")
        try await run.keep(
            ["digest": .text(states.archiveDigest), "segments": RunPlan.json(of: states.segments)],
            as: "archive"
        )
    }
}

/// The words of `RejectRecord.stage`; those of the archive sort before those of documents.
enum RejectStage {
    /// Set aside while reading and folding.
    static let fold = "fold"
    /// Set aside while loading one shard of one read model.
    static func index(_ readModel: String, shard: Int) -> String { "index:\(readModel):\(shard)" }
}

/// Keeps the fold engine's checkpoints in the ledger.
struct LedgerCheckpoints: FoldCheckpoints {
    let run: ActiveRun

    func latest() async throws(PipelineError) -> [UInt8]? {
        do { return try await run.ledger.latestCheckpoint(of: run.id) } catch { throw PipelineError(error) }
    }

    func save(_ bytes: [UInt8]) async throws(PipelineError) {
        try reach(.beforeCheckpoint)
        do { try await run.ledger.saveCheckpoint(bytes, at: run.now, of: run.id) } catch {
            throw PipelineError(error)
        }
        try reach(.afterCheckpoint)
    }
}
