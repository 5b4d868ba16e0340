import RefoldBytes

/// What an index is, as the engine tells it in one answer.
struct EngineIndex: Sendable {
    /// Name and UUID.
    var identity: IndexIdentity
    /// Mappings with `_meta`.
    var mappings: JSONObject
    /// The members of `settings.index`.
    var settings: JSONObject
    /// Aliases with filter, routing and write flag.
    var aliases: JSONObject

    /// `_meta`.
    var meta: JSONObject { mappings["_meta"]?.asObject ?? [:] }
    /// `_meta.refold`.
    var mark: IndexMark? { meta[EngineIndex.markName].flatMap(IndexMark.init(json:)) }
    /// The mappings without what refold keeps in them.
    var ownMappings: JSONObject {
        var meta = self.meta
        meta[EngineIndex.markName] = nil
        meta[EngineIndex.settleName] = nil
        var mappings = self.mappings
        mappings["_meta"] = meta.isEmpty ? nil : .object(meta)
        return mappings
    }
    /// The number of its index shards.
    var shardCount: Int { settings["number_of_shards"]?.asString.flatMap { Int($0) } ?? 1 }
    /// Whether it holds nothing but a lease.
    var isLease: Bool { identity.name.hasSuffix(SearchLease.suffix) }

    /// The member of `_meta` that tells of the run.
    static let markName: ByteString = "refold"
    /// The member of `_meta` that keeps the settings to restore while settling.
    static let settleName: ByteString = "refoldSettle"

    /// Reads one member of the answer to `GET /INDEX`.
    init?(name: ByteString, _ value: JSONValue) {
        guard let settings = value["settings"]?["index"]?.asObject, let uuid = settings["uuid"]?.asString
        else {
            return nil
        }
        identity = IndexIdentity(name: name.string, uuid: uuid)
        mappings = value["mappings"]?.asObject ?? [:]
        self.settings = settings
        aliases = value["aliases"]?.asObject ?? [:]
    }
}
