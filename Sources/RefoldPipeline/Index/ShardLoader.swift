import RefoldBytes
import RefoldIndex
import RefoldModel

/// Loads one shard of one read model: project, batch, load, note what must be there.
///
/// Isolation: one task's. The order is: documents acknowledged, then noted as expected, then the shard noted as done.
struct ShardLoader {
    /// Aggregates between two looks at the stop signal.
    static let lookEvery = 1_000

    private let dialect: TargetDialect
    private let readModel: String
    private let projection: Projection
    private let index: IndexIdentity
    private let target: any IndexTarget
    private let limit: RejectLimit
    private var survey: SourcePathSurvey
    private var batch = DocumentBatch()
    private var pending: [ExpectedDocument] = []
    /// Places in ``pending`` of documents whose aggregate has a gap.
    private var pendingGaps: Set<Int> = []
    private var expected: ExpectedSorter
    /// The sums so far.
    private(set) var sums = DocumentSums()
    /// What was set aside so far.
    private(set) var rejects: [Reject] = []

    init(
        readModel: String,
        projection: Projection,
        index: IndexIdentity,
        target: any IndexTarget,
        dialect: TargetDialect,
        expected: ExpectedSorter,
        limit: RejectLimit
    ) {
        self.readModel = readModel
        self.projection = projection
        self.index = index
        self.target = target
        self.dialect = dialect
        self.expected = expected
        self.limit = limit
        survey = SourcePathSurvey(projection)
    }

    /// Which source paths no state had so far.
    var sources: SourcePathFinding { survey.finding }

    /// Takes one aggregate.
    mutating func take(_ snapshot: AggregateSnapshot) async throws(PipelineError) {
        let id = projection.documentID(of: snapshot)
        survey.look(at: snapshot)
        let hasGap = snapshot.state == .live && snapshot.dirty.contains("gap")
        if hasGap { sums.gaps += 1 }
        switch projection.project(snapshot) {
        case .absent(let why):
            switch why {
            case .deleted: break
            case .outsideWhere: sums.outsideWhere += 1
            case .empty: sums.empty += 1
            }
            try expected.add(
                ExpectedDocument(id: id, version: snapshot.version, kind: .absent, hash: .none)
            )
        case .reject(let why, let detail, let field):
            sums.sent += 1
            try reject(id: id, snapshot.version, why: why, detail: detail, field: field)
        case .document(let source):
            sums.sent += 1
            if hasGap { pendingGaps.insert(pending.count) }
            batch.append(id: id.bytes, version: snapshot.version, source: source.bytes)
            pending.append(
                ExpectedDocument(
                    id: id,
                    version: snapshot.version,
                    kind: .document,
                    hash: SourceHash(of: source.bytes)
                )
            )
            if batch.count >= dialect.batchDocuments || batch.bytes.count >= dialect.batchBytes {
                try await send()
            }
        }
    }

    /// Sends what is left and makes the notes durable; answers their files.
    mutating func finish() async throws(PipelineError) -> [String] {
        try await send()
        return try expected.finish()
    }

    private mutating func send() async throws(PipelineError) {
        guard !batch.isEmpty else { return }
        try reach(.beforeLoad)
        let outcomes: [ItemOutcome]
        do { outcomes = try await target.load(batch, into: index) } catch { throw PipelineError(error) }
        try reach(.afterLoad)
        guard outcomes.count == pending.count else {
            throw PipelineError(
                .fault,
                "\(outcomes.count) outcomes came for \(pending.count) documents",
                place: index.name
            )
        }
        for (place, (document, outcome)) in zip(pending, outcomes).enumerated() {
            switch outcome {
            case .indexed: sums.indexed += 1
            case .superseded: sums.superseded += 1
            case .deleted: sums.deleted += 1
            case .rejected(let why, let detail, let field):
                try reject(id: document.id, document.version, why: why, detail: detail, field: field)
                continue
            }
            if outcome != .deleted, pendingGaps.contains(place) { sums.writtenGaps += 1 }
            try expected.add(document)
        }
        batch.removeAll()
        pendingGaps.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func reject(
        id: ByteString,
        _ version: Int64,
        why: String,
        detail: String,
        field: String?
    ) throws(PipelineError) {
        sums.rejected += 1
        try expected.add(ExpectedDocument(id: id, version: version, kind: .rejected, hash: .none))
        var reject = Reject(why: why)
        reject.key = id.string
        reject.readModel = readModel
        reject.detail = detail
        reject.field = field
        reject.version = version
        rejects.append(reject)
        try limit.add(why: why, readModel: readModel)
    }
}

/// ``Failpoint/reach(_:)`` with the pipeline's errors.
func reach(_ point: Failpoint) throws(PipelineError) {
    do { try Failpoint.reach(point) } catch { throw PipelineError(error) }
}
