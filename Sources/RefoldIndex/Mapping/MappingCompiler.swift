import RefoldBytes

/// Makes a ``Mapping`` of a definition, refusing what the engines refuse and what has no column here.
///
/// Source: DOMAIN 4.5, 4.6; MANIFESTS, "The embedded target's tables".
struct MappingCompiler {
    let coercesByDefault: Bool
    let ignoresMalformedByDefault: Bool
    let fieldLimit: Int
    private var columns: [MappedColumn] = []
    var fields: Set<ByteString> = []
    var aliases: [(from: ByteString, to: ByteString)] = []
    var fieldCount = 0

    /// Compiles; throws `index.refused`.
    static func compile(mappings: JSONObject, settings: JSONObject) throws(IndexError) -> Mapping {
        let settings = IndexSettings(settings)
        var compiler = MappingCompiler(
            coercesByDefault: settings["mapping.coerce"]?.lenientBool ?? true,
            ignoresMalformedByDefault: settings["mapping.ignore_malformed"]?.lenientBool ?? false,
            fieldLimit: settings["mapping.total_fields.limit"]?.lenientInteger ?? 1000
        )
        return try compiler.compile(mappings)
    }

    private init(coercesByDefault: Bool, ignoresMalformedByDefault: Bool, fieldLimit: Int) {
        self.coercesByDefault = coercesByDefault
        self.ignoresMalformedByDefault = ignoresMalformedByDefault
        self.fieldLimit = fieldLimit
    }

    private static let rootNames: Set<ByteString> = [
        "properties", "dynamic", "_meta", "_source", "_routing", "_field_names", "date_detection",
        "numeric_detection", "dynamic_templates", "dynamic_date_formats",
    ]

    static let objectNames: Set<ByteString> = ["type", "properties", "dynamic", "enabled"]

    private mutating func compile(_ mappings: JSONObject) throws(IndexError) -> Mapping {
        for member in mappings.members where !MappingCompiler.rootNames.contains(member.name) {
            throw refused("the mappings have an unknown part '\(member.name)'")
        }
        if let source = mappings["_source"]?.asObject, !source.isEmpty, source != ["enabled": true] {
            throw refused("_source is whole and always kept here: it cannot be cut or switched off")
        }
        let root = try object(mappings, path: "", inherited: .sourceOnly, isInNested: false, depth: 1)
        var followed: [ByteString: ByteString] = [:]
        for (from, to) in aliases {
            guard fields.contains(to) else {
                throw refused(
                    "alias field '\(from)' points at '\(to)', which is no field",
                    field: from,
                    parameter: "path"
                )
            }
            followed[from] = to
        }
        try checkColumns()
        return Mapping(root: root, columns: columns, aliases: followed)
    }

    /// SQLite's names know no letter case, and three of them are its own.
    private func checkColumns() throws(IndexError) {
        // Three columns go to refold; SQLite takes 2,000.
        guard columns.count <= 1_990 else {
            throw refused("\(grouped(columns.count)) fields are more than a table takes")
        }
        var seen: [String: ByteString] = ["_id": "_id", "_version": "_version", "_source": "_source"]
        for column in columns {
            let folded = column.path.string.lowercased()
            if let other = seen.updateValue(column.path, forKey: folded) {
                throw refused(
                    "fields '\(other)' and '\(column.path)' differ only in letter case",
                    fix: "rename one of them: a table's columns know no letter case"
                )
            }
            if column.type.isFullText, ["rank", "rowid"].contains(folded) {
                throw refused(
                    "'\(column.path)' cannot be a text field of the embedded target",
                    fix: "give the field another name, or map it as keyword"
                )
            }
        }
        if seen["rowid"] != nil, seen["_rowid_"] != nil, seen["oid"] != nil {
            throw refused("fields rowid, _rowid_ and oid together leave SQLite no name for its rows")
        }
    }

    mutating func object(
        _ definition: JSONObject,
        path: ByteString,
        inherited: MappedObject.Dynamic,
        isInNested: Bool,
        depth: Int
    ) throws(IndexError) -> MappedObject {
        guard depth <= 20 else {
            throw refused("field '\(path)' lies more than 20 objects deep", field: path)
        }
        let dynamic = try self.dynamic(definition, inherited: inherited, path: path)
        var tree = PropertyTree()
        // An empty list is what some writers make of an empty object, and the engines take it for one.
        if let properties = definition["properties"], properties.asArray?.isEmpty != true {
            guard let members = properties.asObject else {
                throw refused("'properties' of '\(path)' is no object", field: path, parameter: "properties")
            }
            for member in members.members {
                try tree.insert(member.name, member.value, at: path)
            }
        }
        var members: [(name: ByteString, field: MappedField)] = []
        for (name, definition) in tree.members {
            let fieldPath = path.isEmpty ? name : ByteString(path.bytes + [UInt8(ascii: ".")] + name.bytes)
            fieldCount += 1
            guard fieldCount <= fieldLimit else {
                throw refused("there are more than \(grouped(fieldLimit)) fields")
            }
            let field = try field(
                definition,
                path: fieldPath,
                inherited: dynamic,
                isInNested: isInNested,
                depth: depth
            )
            members.append((JSONText.escaped(name), field))
        }
        return MappedObject(dynamic: dynamic, members: members)
    }

    private func dynamic(
        _ definition: JSONObject,
        inherited: MappedObject.Dynamic,
        path: ByteString
    ) throws(IndexError) -> MappedObject.Dynamic {
        guard let value = definition["dynamic"] else { return inherited }
        switch value.asBool.map({ $0 ? "true" : "false" }) ?? value.asString {
        case "strict": return .strict
        case "true", "false": return .sourceOnly
        case "strict_allow_templates":
            if definition["dynamic_templates"] == nil { return .strict }
            throw refused("dynamic templates are not applied here, so strict_allow_templates cannot be")
        default:
            throw refused(
                "'dynamic' of '\(path)' is none of true, false, strict",
                field: path,
                parameter: "dynamic"
            )
        }
    }

    mutating func addColumn(_ path: ByteString, _ type: FieldType, _ format: DateFormat? = nil) -> Int {
        fields.insert(path)
        columns.append(MappedColumn(path: path, type: type, dateFormat: format))
        return columns.count - 1
    }

    func bool(
        _ definition: JSONObject,
        _ name: ByteString,
        _ path: ByteString
    ) throws(IndexError) -> Bool? {
        guard let value = definition[name] else { return nil }
        guard let bool = value.lenientBool else {
            throw refused("'\(name)' of field '\(path)' is no boolean", field: path, parameter: name)
        }
        return bool
    }

    func check(
        _ definition: JSONObject,
        _ path: ByteString,
        allows: Set<ByteString>
    ) throws(IndexError) {
        for member in definition.members where !allows.contains(member.name) {
            throw refused(
                "parameter '\(member.name)' of field '\(path)' is not known for its type",
                field: path,
                parameter: member.name
            )
        }
    }

    func refused(
        _ message: String,
        fix: String? = nil,
        field: ByteString? = nil,
        parameter: ByteString? = nil
    ) -> IndexError {
        var error = IndexError(.refused, message, fix: fix ?? "correct the read model's index.mappings")
        error.field = field?.string
        error.parameter = parameter?.string
        return error
    }
}
