import RefoldBytes
import RefoldLedger
package import RefoldModel

/// What a full reading of the archive finds for a plan; nothing stays but these counts.
package struct ArchiveReading: Sendable {
    /// What one read model would get.
    package struct ReadModelReading: Sendable {
        /// Its name.
        package var name: String
        /// Record ids.
        package var records = RecordCounts()
        /// Documents that would be sent.
        package var documents = 0
        /// Documents and events that would be set aside, by reason word.
        package var rejects: [String: Int] = [:]
        /// Source paths that no live aggregate has.
        package var unseenPaths: [String] = []
        /// Names of fields that aggregates have, of a sample.
        package var fieldNames: Set<String> = []
    }
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

    /// Aggregates whose field names are looked at.
    private static let sample = 1000

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
        for reject in states.rejects where reject.readModel == nil { rejects[reject.why, default: 0] += 1 }
    }

    private static func read(
        _ job: JobDefinition,
        _ environment: RunEnvironment,
        _ salvages: Bool,
        _ workFolder: String
    ) async throws(PipelineError) -> ArchiveReading {
        let request = FoldRequest(
            archive: job.archive,
            readModels: job.readModels,
            asOf: job.asOf,
            salvages: salvages,
            shards: max(1, job.replay.shards ?? MachineLimits.cores),
            memoryBytes: job.replay.memoryBytes ?? MachineLimits.halfOfMemory,
            checkpointSeconds: 0,
            abortAt: job.rejects.abortAt,
            workFolder: workFolder,
            stop: environment.stop
        )
        let states = try await environment.engine.fold(
            request,
            checkpoints: NoCheckpoints(),
            progress: environment.progress
        )
        var reading = ArchiveReading(states)
        for (place, definition) in job.readModels.enumerated() {
            reading.readModels.append(try await read(definition, at: place, of: states))
        }
        try await states.discard()
        return reading
    }

    private static func read(
        _ definition: ReadModelDefinition,
        at place: Int,
        of states: any FoldedStates
    ) async throws(PipelineError) -> ReadModelReading {
        let projection: Projection
        do { projection = try Projection(definition: definition.document) } catch {
            throw PipelineError(error)
        }
        var reading = ReadModelReading(name: definition.name)
        reading.records = states.recordCounts(readModel: place)
        for reject in states.rejects where reject.readModel == definition.name {
            reading.rejects[reject.why, default: 0] += 1
        }
        let paths = projection.sourcePaths
        var seen = [Bool](repeating: false, count: paths.count)
        var looked = 0
        for shard in 0..<states.shardCount {
            try await states.forEachAggregate(readModel: place, shard: shard) {
                (snapshot) throws(PipelineError) in
                guard snapshot.state == .live else { return }
                for (index, isPresent) in projection.presence(in: snapshot).enumerated() where isPresent {
                    seen[index] = true
                }
                if looked < sample { reading.fieldNames.formUnion(names(in: snapshot)) }
                looked += 1
                switch projection.project(snapshot) {
                case .absent: break
                case .document: reading.documents += 1
                case .reject(let why, _): reading.rejects[why, default: 0] += 1
                }
            }
        }
        // Of an archive without a live aggregate every path would be unseen: that is not news.
        reading.unseenPaths = looked == 0 ? [] : zip(paths, seen).filter { !$1 }.map { $0.0.dotted }
        return reading
    }

    /// The names that a state has at its top and one level below.
    private static func names(in snapshot: AggregateSnapshot) -> [String] {
        let fields: JSONValue
        // A state is refold's own canonical text: one that is none has no names to offer.
        do { fields = try JSONValue(parsing: snapshot.fields) } catch { return [] }
        return (fields.asObject?.members ?? []).flatMap { member in
            [member.name.string]
                + (member.value.asObject?.members ?? []).map { "\(member.name).\($0.name)" }
        }
    }
}
