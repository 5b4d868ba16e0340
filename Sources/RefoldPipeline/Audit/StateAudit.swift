package import RefoldBytes
internal import RefoldModel

/// The canonical state of an archive, line by line, with its rejects and its counts (FOLD, section F).
package struct StateAudit: Sendable {
    /// One line an aggregate, without line ends, sorted by key bytes.
    private let lines: SortedLines
    /// One line a reject, in archive order (FOLD R10), each with its line end.
    package let rejects: [UInt8]
    /// How many rejects there are.
    package let rejectCount: Int
    /// The counts, notes and marks.
    package let report: JSONValue
    /// Frames that salvage dropped, one sentence each.
    package let salvageRemarks: [String]

    /// How many bytes of lines are held; more go to the work folder, a file for each time that they are full.
    private static let heldBytes = 16 << 20...64 << 20

    /// Gives each line, without its end, in order of key bytes; the request's work folder must be there still.
    ///
    /// Complexity: at most 64 MiB of lines are in memory, however many there are.
    package func forEachLine(_ body: (ByteString) throws -> Void) throws {
        var reader = try lines.reader()
        while let line = try reader.next() { try body(line) }
    }

    /// A read model that takes every Salesforce entity and field.
    private static let everything = ReadModelDefinition(
        name: "state",
        version: 1,
        events: .salesforceCDC,
        aggregate: AggregateDefinition(entities: [], fold: .merge),
        document: DocumentDefinition(fields: .all),
        index: IndexDefinition(aliases: ["state"])
    )

    /// Folds a whole archive, or the one aggregate that the request chooses; the engine must keep histories.
    ///
    /// By the request's one read model, or, without one, every Salesforce entity by the merge fold. Throws
    /// `archiveRefused` for a damaged archive unless the request salvages, and `pipeline.unknown` when the archive does
    /// not have the chosen aggregate.
    package init(
        _ request: FoldRequest,
        engine: ParallelFold,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) {
        var request = request
        if request.readModels.isEmpty { request.readModels = [Self.everything] }
        request.checkpointSeconds = 0
        let states = try await engine.foldStates(request, checkpoints: NoCheckpoints(), progress: progress)
        let held = min(Self.heldBytes.upperBound, max(Self.heldBytes.lowerBound, request.memoryBytes / 8))
        var sorter = LineSorter(folder: request.workFolder, limit: held)
        var totals = AuditTotals()
        for shard in 0..<states.shardCount {
            try await states.forEachAudited(shard: shard) { (aggregate) throws(PipelineError) in
                totals.add(aggregate)
                if let line = aggregate.line { try sorter.add(key: aggregate.key, line: line) }
            }
        }
        lines = sorter.finish()
        if let chosen = request.only {
            if totals.aggregates == 0 { throw states.unknown(chosen) }
            if lines.isEmpty { throw states.withoutState(chosen) }
        }
        rejects = states.rejects.reduce(into: []) { $0 += $1.auditLine }
        rejectCount = states.rejects.count
        report = totals.report(of: states, digest: try Self.digest(of: lines), asOf: request.asOf)
        salvageRemarks = states.salvageRemarks
        try await states.discard()
    }

    private static func digest(of lines: SortedLines) throws(PipelineError) -> String {
        var digest = SHA256()
        var reader = try lines.reader()
        while let line = try reader.next() { digest.update(line.bytes + [UInt8(ascii: "\n")]) }
        return digest.finish().hex
    }
}

extension Reject {
    /// The line of FOLD R10, with its end; a reject of one aggregate names it.
    fileprivate var auditLine: [UInt8] {
        var object: JSONObject = [
            "line": .integer(line ?? 0), "segment": .text(segment ?? ""), "why": .text(why),
        ]
        object["record"] = record.map { .integer($0) }
        object["key"] = key.map { .text($0) }
        return JSONValue.object(object).canonical.bytes + [UInt8(ascii: "\n")]
    }
}
