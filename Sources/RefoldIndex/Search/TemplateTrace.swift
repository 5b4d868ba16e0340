import RefoldBytes

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
