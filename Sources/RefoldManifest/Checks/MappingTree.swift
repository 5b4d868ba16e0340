internal import RefoldBytes
internal import RefoldModel

/// Mappings of an index, asked by path.
struct MappingTree {
    /// A field with a type that is no object.
    struct Field {
        /// The type.
        var type: String
        /// All parameters.
        var parameters: JSONObject
    }
    /// What lies at a path.
    enum Place {
        /// A field.
        case field(Field)
        /// An object with fields of its own.
        case object(type: String)
        /// Nothing is checked here: not parsed, or one value for a whole object.
        case opaque
        /// Nothing; whether the engine refuses it.
        case unmapped(isRefused: Bool)
        /// A field stands where the path needs an object.
        case beneath(field: String, type: String)
    }

    private let mappings: JSONObject

    /// Mappings as the manifest has them.
    init(_ mappings: JSONObject) {
        self.mappings = mappings
    }

    /// What lies at a path; `raw` of `name.raw` is found when multi-fields count.
    func place(of path: FieldPath, withMultiFields: Bool = false) -> Place {
        var current = mappings
        var isStrict = Self.isStrict(mappings, inherited: false)
        var rest = path.names[...]
        while !rest.isEmpty {
            guard let (name, taken) = Self.member(of: current["properties"]?.asObject, at: rest) else {
                return .unmapped(isRefused: isStrict)
            }
            rest = rest.dropFirst(taken.count)
            let type = name["type"]?.asString ?? "object"
            guard type == "object" || type == "nested" else {
                return place(below: Field(type: type, parameters: name), taken, rest, withMultiFields)
            }
            if name["enabled"] == false || name["enabled"] == "false" { return .opaque }
            if rest.isEmpty { return .object(type: type) }
            current = name
            isStrict = Self.isStrict(name, inherited: isStrict)
        }
        return .object(type: "object")
    }

    private func place(
        below field: Field,
        _ taken: ArraySlice<ByteString>,
        _ rest: ArraySlice<ByteString>,
        _ withMultiFields: Bool
    ) -> Place {
        if rest.isEmpty { return .field(field) }
        // One value holds everything below it.
        if ["flat_object", "flattened", "join", "percolator"].contains(field.type) { return .opaque }
        if withMultiFields, let sub = field.parameters["fields"]?[ByteString(Self.dotted(rest))]?.asObject {
            return .field(Field(type: sub["type"]?.asString ?? "", parameters: sub))
        }
        if withMultiFields { return .unmapped(isRefused: true) }
        return .beneath(field: Self.dotted(taken), type: field.type)
    }

    /// A property by the longest name that fits: mappings may write `billing.city` with its dot.
    private static func member(
        of properties: JSONObject?,
        at path: ArraySlice<ByteString>
    ) -> (JSONObject, ArraySlice<ByteString>)? {
        guard let properties else { return nil }
        for count in (1...path.count).reversed() {
            let taken = path.prefix(count)
            if let member = properties[ByteString(dotted(taken))]?.asObject { return (member, taken) }
        }
        return nil
    }

    private static func isStrict(_ object: JSONObject, inherited: Bool) -> Bool {
        guard let dynamic = object["dynamic"] else { return inherited }
        return dynamic == "strict"
    }

    private static func dotted(_ names: ArraySlice<ByteString>) -> String {
        names.map(\.string).joined(separator: ".")
    }

    /// The dotted names of all fields, multi-fields included.
    var fieldNames: [String] {
        var names: [String] = []
        Self.collect(mappings, prefix: "", depth: 0, into: &names)
        return names
    }

    private static func collect(_ object: JSONObject, prefix: String, depth: Int, into names: inout [String])
    {
        for (name, value) in object["properties"]?.asObject?.members ?? [] {
            guard let member = value.asObject else { continue }
            let path = prefix + name.string
            let type = member["type"]?.asString ?? "object"
            if type == "object" {
                collect(member, prefix: path + ".", depth: depth + 1, into: &names)
            } else {
                names.append(path)
            }
            names += (member["fields"]?.asObject?.members ?? []).map { path + "." + $0.name.string }
        }
    }
}
