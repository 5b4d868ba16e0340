import RefoldBytes
import RefoldModel
import RefoldPipeline

/// States that a test lays down instead of an archive.
struct MemoryFold: FoldEngine, ArchiveLister {
    var snapshots: [AggregateSnapshot]
    var segments = [SegmentIdentity(path: "a.jsonl", bytes: 10, digest: "aa")]
    var rejects: [Reject] = []
    var shards = 2
    var lines: LineCounts?

    func list(_ archive: ArchiveReference) async throws(PipelineError) -> ArchiveListing {
        ArchiveListing(segments: segments)
    }

    func fold(
        _ request: FoldRequest,
        checkpoints: any FoldCheckpoints,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) -> any FoldedStates {
        try await checkpoints.save([1])
        var counts = LineCounts()
        counts.events = snapshots.count
        counts.rejected = rejects.filter { $0.readModel == nil }.count
        counts.lines = counts.events + counts.rejected
        return MemoryStates(
            fold: self,
            lineCounts: lines ?? counts,
            archiveDigest: SHA256.digest(of: Array(segments.map(\.digest).joined().utf8)).hex
        )
    }
}

struct MemoryStates: FoldedStates {
    var fold: MemoryFold
    var lineCounts: LineCounts
    var archiveDigest: String
    var rejects: [Reject] { fold.rejects }
    var entityMarks: [EntityMark] { [] }
    var segments: [SegmentIdentity] { fold.segments }
    var salvageRemarks: [String] { [] }
    var entities: [ByteString] { Set(fold.snapshots.map(\.entity)).sorted() }
    var shardCount: Int { fold.shards }

    func recordCounts(readModel: Int) -> RecordCounts {
        var counts = RecordCounts()
        counts.recordIDs = fold.snapshots.count
        counts.merged = fold.snapshots.count
        return counts
    }

    func forEachAggregate(
        readModel: Int,
        shard: Int,
        _ body: (AggregateSnapshot) async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        for (place, snapshot) in fold.snapshots.enumerated() where place % fold.shards == shard {
            try await body(snapshot)
        }
    }

    func discard() async throws(PipelineError) {}
}

/// An aggregate of entity `Account`; without fields it is deleted.
func account(
    _ id: String,
    version: Int64 = 1_000,
    name: String? = "n",
    dirty: [String] = []
) -> AggregateSnapshot {
    AggregateSnapshot(
        entity: "Account",
        id: ByteString(id),
        state: name == nil ? .deleted : .live,
        fields: ByteString(name.map { #"{"Name":"\#($0)"}"# } ?? "{}"),
        version: version,
        position: version,
        time: .integer(version),
        type: "CREATE",
        dirty: dirty
    )
}

func accounts(_ range: Range<Int>, version: Int64 = 1_000, name: String = "n") -> [AggregateSnapshot] {
    range.map { account("00\($0)", version: version, name: "\(name)\($0)") }
}
