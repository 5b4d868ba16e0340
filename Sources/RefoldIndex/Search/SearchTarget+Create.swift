import RefoldBytes
import RefoldWire

extension SearchTarget {
    /// Settings of an index that is being filled; what they hide is restored while settling.
    private static let loading: JSONObject = [
        "refresh_interval": "-1", "number_of_replicas": 0, "auto_expand_replicas": "false",
    ]

    /// Makes an index for loading, or finds it again for the same run; a template that would change it is refused.
    package func create(_ specification: IndexSpecification) async throws(IndexError) -> IndexIdentity {
        let name = specification.name
        if let fault = IndexNaming.fault(of: name) {
            throw IndexError(.refused, "'\(name)' cannot be the name of an index: \(fault)", place: name)
        }
        if let found = try await index(named: name) { return try own(found, specification) }
        let wanted = IndexSettings(specification.settings)
        var meta = specification.mappings["_meta"]?.asObject ?? [:]
        meta[EngineIndex.markName] = specification.mark.json
        meta[EngineIndex.settleName] = .object(
            wanted.toRestore(Array(SearchTarget.loading.members.map(\.name)))
        )
        var mappings = specification.mappings
        mappings["_meta"] = .object(meta)
        let reply = try await connection.call(
            .put,
            path(name),
            [
                "settings": .object(wanted.overlaid(with: SearchTarget.loading)),
                "mappings": .object(mappings),
            ]
        )
        switch reply.answerClass {
        case .done, .accepted, .exists: break
        case .refused, .missing:
            throw IndexError(
                .refused,
                "the engine refuses the index's definition",
                place: name,
                cause: reply.words,
                fix: "mend settings or mappings of the read model"
            )
        default: throw reply.error(about: name, doing: "create the index")
        }
        try await confirm(name, doing: "create the index") { $0 != nil }
        guard let made = try await index(named: name) else {
            throw IndexError(.replaced, "index '\(name)' was deleted right after it was made", place: name)
        }
        let identity = try own(made, specification)
        if let fault = TemplateTrace(made, beside: specification).fault {
            try await delete(identity)
            throw IndexError(
                .refused,
                "an index template of the cluster changes the index: \(fault)",
                place: name,
                fix: "let the template's pattern leave out \(name), or take what it adds into the read model"
            )
        }
        return identity
    }

    private func own(_ found: EngineIndex, _ wanted: IndexSpecification) throws(IndexError) -> IndexIdentity {
        guard found.mark?.run == wanted.mark.run else {
            throw IndexError(
                .exists,
                "index '\(wanted.name)' belongs to another run",
                place: wanted.name,
                cause: found.mark.map { "run \($0.run) made it" } ?? "it has no mark of refold"
            )
        }
        return found.identity
    }
}

/// What an index template of the cluster added to a new index.
struct TemplateTrace {
    /// The first thing it added that changes documents or readers; nil: nothing.
    let fault: String?

    init(_ made: EngineIndex, beside wanted: IndexSpecification) {
        fault =
            TemplateTrace.alias(made)
            ?? TemplateTrace.field(made.mappings, wanted.mappings, path: "")
            ?? TemplateTrace.part(made.mappings, wanted.mappings)
            ?? TemplateTrace.setting(made.settings, IndexSettings(wanted.settings))
    }

    private static func alias(_ made: EngineIndex) -> String? {
        made.aliases.members.first.map { "it adds the alias \($0.name.string)" }
    }

    private static func field(_ made: JSONObject, _ wanted: JSONObject, path: String) -> String? {
        for part: ByteString in ["properties", "fields"] {
            let known = dotted(wanted[part]?.asObject ?? [:])
            for (name, value) in (made[part]?.asObject ?? [:]).members {
                let full = path.isEmpty ? name.string : "\(path).\(name.string)"
                guard let before = known[name] else { return "it adds the field \(full)" }
                if let fault = field(value.asObject ?? [:], before.asObject ?? [:], path: full) {
                    return fault
                }
            }
        }
        return nil
    }

    /// Properties whose dotted names are taken apart, as the engine does.
    private static func dotted(_ properties: JSONObject) -> JSONObject {
        var object = JSONObject()
        for (name, value) in properties.members {
            let parts = name.string.split(separator: ".")
            guard parts.count > 1, let first = parts.first else {
                let inner = object[name]?["properties"]?.asObject ?? [:]
                var whole = value.asObject ?? [:]
                if !inner.isEmpty {
                    whole["properties"] = .object(
                        JSONObject(inner.members + (whole["properties"]?.asObject ?? [:]).members)
                    )
                }
                object[name] = .object(whole)
                continue
            }
            let outer = ByteString(String(first))
            var whole = object[outer]?.asObject ?? [:]
            var inner = whole["properties"]?.asObject ?? [:]
            inner[ByteString(parts.dropFirst().joined(separator: "."))] = value
            whole["properties"] = .object(inner)
            object[outer] = .object(whole)
        }
        return object
    }

    private static func part(_ made: JSONObject, _ wanted: JSONObject) -> String? {
        let own: Set<ByteString> = ["properties", "_meta"]
        return made.members.first { !own.contains($0.name) && wanted[$0.name] == nil }
            .map { "it adds \($0.name.string) to the mappings" }
    }

    private static func setting(_ made: JSONObject, _ wanted: IndexSettings) -> String? {
        let made = IndexSettings(made).flat
        let harmful: [ByteString] = ["default_pipeline", "final_pipeline", "search.default_pipeline"]
        return harmful.first { made[$0] != nil && made[$0] != wanted.flat[$0] }
            .map { "it sets \($0.string)" }
    }
}
