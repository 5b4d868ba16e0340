import RefoldBytes
package import RefoldModel

/// What makes two runs the same: read models, archive, as-of, selection, target and aliases, and leave to salvage.
///
/// Leave to drop damaged frames is one command's: a run that has it is never gone on with by one that has not.
///
/// Everything else (rejects, verify, cut-over, hooks, memory, shards, credentials, comments) may change between a run
/// and its resumption.
enum RunIdentity {
    /// SHA-256 over the canonical JSON of the parts, hexadecimal.
    static func digest(of job: JobDefinition, salvages: Bool) -> String {
        var parts: JSONObject = [
            "kind": .text(job.kind.rawValue),
            "archive": .text(job.archive.location),
            "unlisted": .text(job.archive.unlisted.rawValue),
            "readModels": .array(job.readModels.map { Self.part(of: $0) }),
            "asOf": job.asOf.map { .integer($0) } ?? .null,
            "prefix": job.prefix.map { .text($0) } ?? .null,
            "snapshot": .bool(job.replay.keepsSnapshot),
            "target": .text(job.target.placeText),
        ]
        if salvages { parts["salvage"] = true }
        return SHA256.digest(of: JSONValue.object(parts).canonical.bytes).hex
    }

    private static func part(of readModel: ReadModelDefinition) -> JSONValue {
        [
            "name": .text(readModel.name), "version": .integer(readModel.version),
            "definition": readModel.source,
            "aliases": .array(readModel.index.aliases.map { .text($0) }),
        ]
    }
}

extension TargetDefinition {
    /// Where it is, without credentials.
    package var placeText: String {
        switch place {
        case .embedded(let path): "embedded:\(path)"
        case .file(let path): "file:\(path)"
        case .openSearch(let value): "opensearch:\(value["url"]?.asString ?? "")"
        }
    }
}

extension JobDefinition {
    /// The aliases of a read model under this job: the prefix goes before each.
    package func aliases(of readModel: ReadModelDefinition) -> [String] {
        readModel.index.aliases.map { (prefix ?? "") + $0 }
    }

    /// All aliases that this job moves, without repetition, in order.
    package var allAliases: [String] {
        var seen: Set<String> = []
        return readModels.flatMap(aliases(of:)).filter { seen.insert($0).inserted }
    }
}
