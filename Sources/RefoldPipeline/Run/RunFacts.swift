import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// What the phases of a run have found so far, as the ledger keeps it: a resumed run reads what an uninterrupted one
/// reads.
struct RunFacts: Sendable {
    /// An index that the run made.
    struct Created: Sendable, Hashable {
        /// Its UUID.
        var uuid: String
        /// Digest of its mapping as the target had it after creation; nil: it has none.
        var mapping: String?
        /// Digest of the archive that it was made for.
        var archiveDigest: String
    }
    /// What settling found.
    struct Settled: Sendable, Hashable {
        /// Visible documents.
        var documents: Int
        /// What is not as the definition wants it.
        var remarks: [String]
    }
    /// The lines of the archive; nil before the fold.
    var lines: LineCounts?
    /// Digest of the archive that was read.
    var archiveDigest: String?
    /// The segments that were read.
    var segments: [SegmentIdentity] = []
    /// The number of entity marks.
    var marks = 0
    /// Frames that salvage dropped.
    var salvageRemarks: [String] = []
    /// The entities that events name; nil before the fold.
    var entities: [String]?
    /// Record ids, by the read model's place in the job.
    var records: [Int: RecordCounts] = [:]
    /// Indices, by name.
    var created: [String: Created] = [:]
    /// Loaded shards, by index name.
    var loaded: [String: [LoadedShard]] = [:]
    /// Settled indices, by name.
    var settled: [String: Settled] = [:]
    /// Milliseconds that each phase took, over all attempts.
    var durations: [RunPhase: Int64] = [:]
    /// Up to when they count, milliseconds since 1970: the beginning of the phase under way.
    var countedUntil: Int64?
    /// When the run kept something last, milliseconds since 1970.
    var seenAt: Int64?

    /// Milliseconds of work, over all phases and attempts.
    var workedMilliseconds: Int64 { WorkingTime.sum(durations.values) }

    /// The identity of an index that the run made.
    func identity(of name: String) -> IndexIdentity? {
        created[name].map { IndexIdentity(name: name, uuid: $0.uuid) }
    }

    /// The sums of an index over its shards.
    func sums(of name: String) -> DocumentSums {
        (loaded[name] ?? []).reduce(DocumentSums()) { $0 + $1.sums }
    }

    /// The files of expected documents of an index.
    func expectedFiles(of name: String) -> [String] { (loaded[name] ?? []).flatMap(\.files) }

    /// Documents set aside so far, over all indices.
    var rejectedDocuments: Int { loaded.values.joined().reduce(0) { $0 + $1.rejects } }

    /// What a person should know of entities that no event names, and of source paths that no state has.
    func sourceWarnings(_ run: ActiveRun) -> [String] {
        let missing = run.job.readModels.flatMap { definition in
            entities.map { definition.missingEntities(among: $0) } ?? []
        }
        return missing + missingPaths(run.plan)
    }

    private func missingPaths(_ plan: RunPlan) -> [String] {
        plan.readModels.flatMap { readModel in
            let shards = loaded[readModel.index] ?? []
            // One shard that was not looked at may have had them all.
            let findings = shards.compactMap(\.sources)
            guard let first = findings.first, findings.count == shards.count else { return [String]() }
            return findings.dropFirst().reduce(first, +).sentences(readModel: readModel.name)
        }
    }

    /// Whether every shard of an index was loaded.
    func isLoaded(_ name: String) -> Bool {
        let shards = loaded[name] ?? []
        guard let count = shards.first?.shardCount else { return false }
        return shards.allSatisfy { $0.shardCount == count } && Set(shards.map(\.shard)) == Set(0..<count)
    }
}

extension RunFacts {
    /// Reads the facts of a run; unknown names are another version's and left alone.
    init(_ ledger: Ledger, run: RunID) async throws(PipelineError) {
        let facts: [String: JSONValue]
        do { facts = try await ledger.facts(of: run) } catch { throw PipelineError(error) }
        self.init(facts)
    }

    init(_ facts: [String: JSONValue]) {
        for (name, value) in facts {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            guard let kind = parts.first else { continue }
            let subject = parts.count > 1 ? parts[1] : ""
            switch kind {
            case "lines": lines = LineCounts(json: value)
            case "archive":
                archiveDigest = value["digest"]?.asString
                segments = RunPlan.segments(of: value["segments"]) ?? []
            case "marks": marks = value["count"]?.asCount ?? 0
            case "entities": entities = value.asTexts
            case "salvage": salvageRemarks = value.asTexts ?? []
            case "records":
                guard let place = Int(subject), let counts = RecordCounts(json: value) else { continue }
                records[place] = counts
            case "created":
                guard let uuid = value["uuid"]?.asString, let digest = value["archiveDigest"]?.asString else {
                    continue
                }
                created[subject] = Created(
                    uuid: uuid,
                    mapping: value["mapping"]?.asString,
                    archiveDigest: digest
                )
            case "loaded":
                guard let shard = LoadedShard(json: value), let end = subject.lastIndex(of: ":") else {
                    continue
                }
                loaded[String(subject[..<end]), default: []].append(shard)
            case "settled":
                guard let documents = value["documents"]?.asCount else { continue }
                settled[subject] = Settled(documents: documents, remarks: value["remarks"]?.asTexts ?? [])
            case "took":
                guard let phase = RunPhase(rawValue: subject), let took = value.asInt64 else { continue }
                durations[phase] = took
            case WorkingTime.counted: countedUntil = value.asInt64
            case WorkingTime.seen: seenAt = value.asInt64
            default: continue
            }
        }
    }
}

extension LineCounts {
    var json: JSONValue {
        [
            "lines": .integer(lines), "blank": .integer(blank), "events": .integer(events),
            "rejected": .integer(rejected),
        ]
    }

    init?(json: JSONValue) {
        guard let lines = json["lines"]?.asCount, let blank = json["blank"]?.asCount,
            let events = json["events"]?.asCount, let rejected = json["rejected"]?.asCount
        else { return nil }
        self.init()
        self.lines = lines
        self.blank = blank
        self.events = events
        self.rejected = rejected
    }
}

extension RecordCounts {
    var json: JSONValue {
        [
            "recordIDs": .integer(recordIDs), "merged": .integer(merged), "filtered": .integer(filtered),
            "marked": .integer(marked), "rejected": .integer(rejected),
        ]
    }

    init?(json: JSONValue) {
        guard let recordIDs = json["recordIDs"]?.asCount, let merged = json["merged"]?.asCount,
            let filtered = json["filtered"]?.asCount, let marked = json["marked"]?.asCount,
            let rejected = json["rejected"]?.asCount
        else { return nil }
        self.init()
        self.recordIDs = recordIDs
        self.merged = merged
        self.filtered = filtered
        self.marked = marked
        self.rejected = rejected
    }
}
