import RefoldBytes
import RefoldLedger
package import RefoldModel

/// What a full reading of the archive finds for a plan; nothing stays but these counts.
package struct ArchiveReading: Sendable {
    /// The lines of the archive.
    package var lines: LineCounts
    /// Lines set aside, by reason word.
    package var rejects: [String: Int]
    /// Entity marks.
    package var marks: Int
    /// Frames that salvage dropped.
    package var salvageRemarks: [String]
    /// The read models in the job's order.
    package var readModels: [ReadModelReading]
    /// Rejects that nobody accepted; those that only the target finds are not among them.
    package var openRejects: Int
    /// The budget that they are held against.
    package var rejectBudget: Int

    /// Reads the whole archive, with spills in a folder that is made and removed again.
    package init(
        of job: JobDefinition,
        environment: RunEnvironment,
        salvages: Bool,
        workFolder: String
    ) async throws(PipelineError) {
        do { try Ledger.make(folder: workFolder) } catch { throw PipelineError(error) }
        let result: Result<ArchiveReading, PipelineError>
        do throws(PipelineError) {
            result = .success(try await Self.read(job, environment, salvages, workFolder))
        } catch {
            result = .failure(error)
        }
        try WorkFolder.remove(workFolder)
        self = try result.get()
    }

    private init(_ states: any FoldedStates) {
        lines = states.lineCounts
        rejects = [:]
        marks = states.entityMarks.count
        salvageRemarks = states.salvageRemarks
        readModels = []
        openRejects = 0
        rejectBudget = 0
        for reject in states.rejects where reject.readModel == nil { rejects[reject.why, default: 0] += 1 }
    }

    private static func read(
        _ job: JobDefinition,
        _ environment: RunEnvironment,
        _ salvages: Bool,
        _ workFolder: String
    ) async throws(PipelineError) -> ArchiveReading {
        var request = FoldRequest(job, salvages: salvages, workFolder: workFolder, stop: environment.stop)
        request.checkpointSeconds = 0
        let states = try await environment.engine.fold(
            request,
            checkpoints: NoCheckpoints(),
            progress: environment.progress
        )
        try states.refuseNothing(of: job.archive)
        var reading = ArchiveReading(states)
        let accepted = try AcceptedRejects(file: job.rejects.acceptedFile)
        reading.rejectBudget = job.rejects.budget
        reading.openRejects = states.rejects.count { !accepted.covers($0) }
        for (place, definition) in job.readModels.enumerated() {
            var own = try ReadModelReading(
                definition,
                records: states.recordCounts(readModel: place),
                entities: states.entities.map(\.string),
                rejects: states.rejects,
                accepted: accepted
            )
            for shard in 0..<states.shardCount {
                try await states.forEachAggregate(readModel: place, shard: shard) { own.take($0) }
            }
            reading.openRejects += own.openDocuments
            reading.readModels.append(own)
        }
        try await states.discard()
        return reading
    }
}
