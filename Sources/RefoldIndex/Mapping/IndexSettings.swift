import RefoldBytes

/// Settings of an index, whether written nested, dotted, with `index.` before them or without.
struct IndexSettings {
    /// Each setting by its dotted name without `index.`.
    private(set) var flat = JSONObject()

    init(_ settings: JSONObject) { add(settings, under: "") }

    subscript(name: String) -> JSONValue? { flat[ByteString(name)] }

    private mutating func add(_ object: JSONObject, under prefix: String) {
        for member in object.members {
            let name = prefix + member.name.string
            if let inner = member.value.asObject {
                add(inner, under: name + ".")
            } else {
                flat[ByteString(name.hasPrefix("index.") ? String(name.dropFirst(6)) : name)] = member.value
            }
        }
    }

    /// Every setting under `index.`, with others laid over.
    func overlaid(with other: JSONObject) -> JSONObject {
        var all = flat
        for (name, value) in other.members { all[name] = value }
        return JSONObject(all.members.map { (ByteString("index.\($0.name.string)"), $0.value) })
    }

    /// What these names have to be set to afterwards; null: the engine's default.
    func toRestore(_ names: [ByteString]) -> JSONObject {
        JSONObject(names.map { ($0, flat[$0] ?? .null) })
    }
}
