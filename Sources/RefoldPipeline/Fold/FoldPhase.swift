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
        var request = FoldRequest(
            run.job,
            salvages: run.options.salvages,
            workFolder: workFolder,
            stop: run.environment.stop
        )
        if run.job.replay.keepsSnapshot, run.job.asOf == nil, !run.options.salvages {
            request.snapshots = FoldSnapshots(
                folder: "\(run.environment.stateFolder)/snapshots/\(run.job.name)",
                isUsed: !run.options.startsFresh
            )
        }
        let states = try await run.environment.engine.fold(
            request,
            checkpoints: LedgerCheckpoints(run: run),
            progress: run.environment.progress
        )
        for sentence in states.snapshotRemarks { run.environment.remark(sentence) }
        try await keep(states)
        try states.refuseNothing(of: run.job.archive)
        for definition in run.job.readModels { try states.refuseNothing(for: definition) }
        // Histories are folded behind the pass: what they refuse was not counted by it.
        guard states.rejects.count <= request.abortAt else {
            throw PipelineError.tooManyRejects(abortAt: request.abortAt)
        }
        return states
    }

    private func keep(_ states: any FoldedStates) async throws(PipelineError) {
        try await run.keep(foldRejects: states.rejects)
        try await run.keep(states.lineCounts.json, as: "lines")
        for place in run.job.readModels.indices {
            try await run.keep(states.recordCounts(readModel: place).json, as: "records:\(place)")
        }
        try await run.keep(["count": .integer(states.entityMarks.count)], as: "marks")
        try await run.keep(.texts(states.salvageRemarks), as: "salvage")
        try await run.keep(.texts(states.entities.map(\.string)), as: "entities")
        try await run.keep(
            ["digest": .text(states.archiveDigest), "segments": RunPlan.json(of: states.segments)],
            as: "archive"
        )
    }
}

extension FoldRequest {
    /// What a job asks of the fold.
    init(_ job: JobDefinition, salvages: Bool, workFolder: String, stop: StopSignal) {
        self.init(
            archive: job.archive,
            readModels: job.readModels,
            asOf: job.asOf,
            salvages: salvages,
            shards: max(1, job.replay.shards ?? MachineLimits.cores),
            memoryBytes: job.replay.memoryBytes ?? MachineLimits.halfOfMemory,
            checkpointSeconds: job.replay.checkpointSeconds,
            abortAt: job.rejects.abortAt,
            workFolder: workFolder,
            stop: stop
        )
    }
}

extension FoldedStates {
    /// Throws `pipeline.archive` when there was no event: nothing never becomes an empty index.
    func refuseNothing(of archive: ArchiveReference) throws(PipelineError) {
        guard lineCounts.events == 0 else { return }
        throw PipelineError(
            .archive,
            "the archive has no events",
            place: archive.location,
            cause:
                "\(grouped(lineCounts.lines)) lines were read, \(grouped(lineCounts.rejected)) are rejects",
            fix:
                "check the path and the read models' events.format; an empty archive never becomes an empty index"
        )
    }
}

extension FoldedStates {
    /// Throws `pipeline.archive` when no event names an entity of the read model: nothing never becomes an empty index.
    fileprivate func refuseNothing(for definition: ReadModelDefinition) throws(PipelineError) {
        let seen = entities.map(\.string)
        guard definition.hasNoEvent(among: seen) else { return }
        throw PipelineError(
            .archive,
            "read model \(definition.name) would be empty: no event of the archive is of its entities",
            place: definition.writtenAt.place(of: ["aggregate", "entities"]),
            cause: definition.missingEntities(among: seen).joined(separator: "\n"),
            fix:
                "correct aggregate.entities; or leave the read model out of the job until its first event is there"
        )
    }
}

extension ActiveRun {
    /// Keeps what the fold set aside, in place of what an earlier attempt did.
    func keep(foldRejects rejects: [Reject]) async throws(PipelineError) {
        let records = rejects.enumerated().map { $1.record(stage: RejectStage.fold, ordinal: $0) }
        do { try await ledger.replaceRejects(stage: RejectStage.fold, with: records, of: id) } catch {
            throw PipelineError(error)
        }
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
        try await run.keepSeen()
        try reach(.afterCheckpoint)
    }

    func keep(_ rejects: [Reject]) async throws(PipelineError) { try await run.keep(foldRejects: rejects) }
}
