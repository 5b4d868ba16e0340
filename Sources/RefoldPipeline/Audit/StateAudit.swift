package import RefoldBytes
internal import RefoldModel

/// The canonical state of an archive, line by line, with its rejects and its counts (FOLD, section F).
package struct StateAudit: Sendable {
    /// One line an aggregate, without line ends, sorted by key bytes.
    package let lines: [ByteString]
    /// One line a reject, in archive order (FOLD R10), each with its line end.
    package let rejects: [UInt8]
    /// How many rejects there are.
    package let rejectCount: Int
    /// The counts, notes and marks.
    package let report: JSONValue
    /// Frames that salvage dropped, one sentence each.
    package let salvageRemarks: [String]

    /// The lines with their ends.
    package var state: [UInt8] { lines.reduce(into: []) { $0 += $1.bytes + [UInt8(ascii: "\n")] } }

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
        var found: [(key: ByteString, line: ByteString)] = []
        var totals = AuditTotals()
        for shard in 0..<states.shardCount {
            try await states.forEachAudited(shard: shard) { aggregate in
                totals.add(aggregate)
                if let line = aggregate.line { found.append((aggregate.key, line)) }
            }
        }
        found.sort { $0.key < $1.key }
        lines = found.map(\.line)
        if let chosen = request.only {
            if totals.aggregates == 0 { throw states.unknown(chosen) }
            if found.isEmpty { throw states.withoutState(chosen) }
        }
        rejects = states.rejects.reduce(into: []) { $0 += $1.auditLine }
        rejectCount = states.rejects.count
        report = totals.report(of: states, digest: Self.digest(of: lines), asOf: request.asOf)
        salvageRemarks = states.salvageRemarks
        try await states.discard()
    }

    private static func digest(of lines: [ByteString]) -> String {
        var digest = SHA256()
        for line in lines { digest.update(line.bytes + [UInt8(ascii: "\n")]) }
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
