package import RefoldBytes
package import RefoldModel

/// What the fold engine is asked to do: one pass over the archive for all read models.
package struct FoldRequest: Sendable {
    /// Where the archive is and what happens with unlisted segments.
    package var archive: ArchiveReference
    /// The read models in the job's order; ``FoldedStates`` names them by their place here.
    package var readModels: [ReadModelDefinition]
    /// Only events up to this instant, milliseconds since 1970; nil is all.
    package var asOf: Int64?
    /// Whether a damaged frame is dropped instead of refusing the run.
    package var salvages: Bool
    /// Number of shards, at least 1.
    package var shards: Int
    /// Bytes of memory for partial states, over which they are spilled.
    package var memoryBytes: Int
    /// Seconds between checkpoints; 0 is none.
    package var checkpointSeconds: Double
    /// Number of rejects that ends the pass early.
    package var abortAt: Int
    /// A folder of this run for spills; it exists, and belongs to the engine.
    package var workFolder: String
    /// Asked between frames.
    package var stop: StopSignal
    /// The one aggregate whose events are folded; nil is all.
    ///
    /// Record counts of such a pass close over nothing.
    package var only: ChosenAggregate?
    /// Where final states are kept from one run to the next; nil: they are not.
    var snapshots: FoldSnapshots?
    /// Whether histories keep every copy of an event, each at its own place.
    var keepsCopies = false

    /// All parts.
    package init(
        archive: ArchiveReference,
        readModels: [ReadModelDefinition],
        asOf: Int64?,
        salvages: Bool,
        shards: Int,
        memoryBytes: Int,
        checkpointSeconds: Double,
        abortAt: Int,
        workFolder: String,
        stop: StopSignal
    ) {
        self.archive = archive
        self.readModels = readModels
        self.asOf = asOf
        self.salvages = salvages
        self.shards = shards
        self.memoryBytes = memoryBytes
        self.checkpointSeconds = checkpointSeconds
        self.abortAt = abortAt
        self.workFolder = workFolder
        self.stop = stop
    }
}

/// Where the fold engine keeps what outlasts it: checkpoints, whose bytes mean nothing to the keeper, and rejects.
package protocol FoldCheckpoints: Sendable {
    /// The newest checkpoint of this run, if there is one.
    func latest() async throws(PipelineError) -> [UInt8]?
    /// Keeps a checkpoint durably before it returns; what it names must be durable already.
    func save(_ bytes: [UInt8]) async throws(PipelineError)
    /// Keeps what was set aside by a pass that ends early because it was too much.
    func keep(_ rejects: [Reject]) async throws(PipelineError)
}

/// The lines of the archive: the first conservation sum, `lines = blank + events + rejected`.
package struct LineCounts: Sendable, Hashable {
    /// Lines read.
    package var lines = 0
    /// Lines of nothing but white space.
    package var blank = 0
    /// Lines that are events.
    package var events = 0
    /// Lines set aside.
    package var rejected = 0

    /// Nothing read.
    package init() {}
    /// Whether the sum closes.
    package var closes: Bool { lines == blank + events + rejected }
}

/// The record ids of one read model: `record ids = merged + filtered + marked + rejected`.
package struct RecordCounts: Sendable, Hashable {
    /// Record ids that events named.
    package var recordIDs = 0
    /// Applied, duplicate, or ignored by rule.
    package var merged = 0
    /// Of entities the read model does not take, or cut by as-of.
    package var filtered = 0
    /// Entity marks: they touch no aggregate.
    package var marked = 0
    /// Set aside.
    package var rejected = 0

    /// Nothing counted.
    package init() {}
    /// Whether the sum closes.
    package var closes: Bool { recordIDs == merged + filtered + marked + rejected }
}

/// The folded archive: what one pass gave, held in memory or in the work folder until it is discarded.
package protocol FoldedStates: Sendable {
    /// The lines of the archive.
    var lineCounts: LineCounts { get }
    /// The record ids of one read model.
    func recordCounts(readModel: Int) -> RecordCounts
    /// Everything set aside, in archive order; bounded by `abortAt`.
    var rejects: [Reject] { get }
    /// Entity marks, sorted.
    var entityMarks: [EntityMark] { get }
    /// SHA-256 of what was read, hexadecimal: the same for the same segments whatever their order.
    var archiveDigest: String { get }
    /// The segments that were read.
    var segments: [SegmentIdentity] { get }
    /// Frames that salvage dropped, one sentence each; empty otherwise.
    var salvageRemarks: [String] { get }
    /// The entities that events name, sorted.
    var entities: [ByteString] { get }
    /// What of an earlier run's states was used, one sentence each; empty without `replay.snapshot: keep`.
    var snapshotRemarks: [String] { get }
    /// The number of shards.
    var shardCount: Int { get }
    /// Gives each aggregate of one read model and shard once; the order is the same for the same archive.
    func forEachAggregate(
        readModel: Int,
        shard: Int,
        _ body: (AggregateSnapshot) async throws(PipelineError) -> Void
    ) async throws(PipelineError)
    /// Frees memory and deletes spills.
    func discard() async throws(PipelineError)
}

extension FoldedStates {
    /// States of an engine that keeps none.
    package var snapshotRemarks: [String] { [] }
}

/// Folds an archive.
package protocol FoldEngine: Sendable {
    /// Reads the whole archive once, from the newest checkpoint on.
    ///
    /// Throws `pipeline.interrupted` after a stop, with a checkpoint written if it fits in 8 seconds; `archiveRefused`
    /// for a missing or damaged archive; `pipeline.too_many_rejects` over `abortAt`, with the rejects kept.
    func fold(
        _ request: FoldRequest,
        checkpoints: any FoldCheckpoints,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) -> any FoldedStates
}
