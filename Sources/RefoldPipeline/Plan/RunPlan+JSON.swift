package import RefoldBytes

extension RunPlan {
    /// The plan as one JSON object: what `plan --out` writes and the ledger keeps.
    package var json: JSONValue {
        [
            "apiVersion": "refold/v1", "kind": "Plan", "job": .text(job), "identity": .text(identity),
            "digest": .text(digest), "madeAt": .text(madeAt),
            "archive": [
                "segments": RunPlan.json(of: archive.segments), "unlisted": .texts(archive.unlisted),
                "catalog": .bool(archive.hasCatalog), "events": .optional(archive.events),
                "rawBytes": .optional(archive.rawBytes), "bytes": .integer(archive.storedBytes),
            ],
            "readModels": .array(readModels.map(\.json)), "abandoned": .texts(abandoned),
            "retired": .texts(retired), "holds": .array(holds.map(\.json)), "disk": disk.json,
            "warnings": .texts(warnings),
        ]
    }

    /// Reads a plan; nil when the value is none.
    package init?(json: JSONValue) {
        guard let job = json["job"]?.asString, let identity = json["identity"]?.asString,
            let madeAt = json["madeAt"]?.asString, let archive = json["archive"],
            let segments = RunPlan.segments(of: archive["segments"]),
            let readModels = json["readModels"]?.asArray?.map(ReadModelPlan.init(json:)),
            let disk = json["disk"].flatMap(DiskEstimate.init(json:))
        else { return nil }
        let known = readModels.compactMap { $0 }
        guard known.count == readModels.count else { return nil }
        self.init(
            job: job,
            identity: identity,
            madeAt: madeAt,
            archive: ArchiveListing(
                segments: segments,
                unlisted: archive["unlisted"]?.asTexts ?? [],
                hasCatalog: archive["catalog"]?.asBool ?? false,
                events: archive["events"]?.asInt,
                rawBytes: archive["rawBytes"]?.asInt
            ),
            readModels: known,
            abandoned: json["abandoned"]?.asTexts ?? [],
            retired: json["retired"]?.asTexts ?? [],
            holds: (json["holds"]?.asArray ?? []).compactMap(Hold.init(json:)),
            disk: disk,
            warnings: json["warnings"]?.asTexts ?? []
        )
    }

    /// Segments as a list of lists: there may be many.
    static func json(of segments: [SegmentIdentity]) -> JSONValue {
        .array(segments.map { [.text($0.path), .integer($0.bytes), .text($0.digest)] })
    }

    /// Segments back from their list; nil when it is none.
    static func segments(of json: JSONValue?) -> [SegmentIdentity]? {
        guard let rows = json?.asArray else { return nil }
        let segments = rows.compactMap { row -> SegmentIdentity? in
            guard let parts = row.asArray, parts.count == 3, let path = parts[0].asString,
                let bytes = parts[1].asInt, let digest = parts[2].asString
            else { return nil }
            return SegmentIdentity(path: path, bytes: bytes, digest: digest)
        }
        return segments.count == rows.count ? segments : nil
    }
}

extension RunPlan.AliasAction {
    var json: JSONValue {
        ["alias": .text(alias), "from": .optional(from), "fromUUID": .optional(fromUUID)]
    }

    init?(json: JSONValue) {
        guard let alias = json["alias"]?.asString else { return nil }
        self.init(alias: alias, from: json["from"]?.asString, fromUUID: json["fromUUID"]?.asString)
    }
}

extension RunPlan.ReadModelPlan {
    var json: JSONValue {
        [
            "name": .text(name), "version": .integer(version), "index": .text(index),
            "aliases": .array(aliases.map(\.json)), "servingVersion": .optional(servingVersion),
            "servingDocuments": .optional(servingDocuments), "servingMapping": .optional(servingMapping),
            "mapping": .array(
                mapping.map { change in
                    [
                        "field": .text(change.field), "from": .optional(change.from),
                        "to": .optional(change.to),
                        "class": .text(change.class.rawValue),
                    ]
                }
            ),
        ]
    }

    init?(json: JSONValue) {
        guard let name = json["name"]?.asString, let version = json["version"]?.asInt,
            let index = json["index"]?.asString, let actions = json["aliases"]?.asArray
        else { return nil }
        let aliases = actions.compactMap(RunPlan.AliasAction.init(json:))
        guard aliases.count == actions.count else { return nil }
        self.init(
            name: name,
            version: version,
            index: index,
            aliases: aliases,
            servingVersion: json["servingVersion"]?.asInt,
            servingDocuments: json["servingDocuments"]?.asInt,
            servingMapping: json["servingMapping"]?.asString,
            mapping: (json["mapping"]?.asArray ?? []).compactMap { change in
                guard let field = change["field"]?.asString,
                    let kind = change["class"]?.asString.flatMap(MappingChange.Class.init(rawValue:))
                else { return nil }
                return MappingChange(
                    field: field,
                    from: change["from"]?.asString,
                    to: change["to"]?.asString,
                    class: kind
                )
            }
        )
    }
}

extension RunPlan.Hold {
    var json: JSONValue {
        ["alias": .text(alias), "since": .text(since), "run": .text(run), "release": .text(release)]
    }

    init?(json: JSONValue) {
        guard let alias = json["alias"]?.asString, let since = json["since"]?.asString,
            let run = json["run"]?.asString, let release = json["release"]?.asString
        else { return nil }
        self.init(alias: alias, since: since, run: run, release: release)
    }
}

extension RunPlan.DiskEstimate {
    var json: JSONValue {
        [
            "localBytes": .integer(localBytes), "localFreeBytes": .optional(localFreeBytes),
            "targetBytes": .integer(targetBytes), "targetFreeBytes": .optional(targetFreeBytes),
        ]
    }

    init?(json: JSONValue) {
        guard let localBytes = json["localBytes"]?.asInt, let targetBytes = json["targetBytes"]?.asInt else {
            return nil
        }
        self.init(
            localBytes: localBytes,
            localFreeBytes: json["localFreeBytes"]?.asInt,
            targetBytes: targetBytes,
            targetFreeBytes: json["targetFreeBytes"]?.asInt
        )
    }
}

extension JSONValue {
    /// A text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }
    /// An integer, or null.
    static func optional(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }
    /// A list of texts.
    static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .text($0) }) }
    /// The integer, when this is one that fits.
    var asInt: Int? { asInt64.flatMap { Int(exactly: $0) } }

    /// A number of things, as a ledger may name it: so bounded that sums over every shard of a run fit.
    var asCount: Int? { asInt.flatMap { (0...1 << 44).contains($0) ? $0 : nil } }
}
