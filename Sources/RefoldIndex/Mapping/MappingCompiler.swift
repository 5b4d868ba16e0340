import RefoldBytes
import RefoldSQLite

/// Makes a ``Mapping`` of a definition, refusing what the engines refuse and what has no column here.
///
/// Source: DOMAIN 4.5, 4.6; MANIFESTS, "The embedded target's tables".
struct MappingCompiler {
    private let coercesByDefault: Bool
    private let ignoresMalformedByDefault: Bool
    private let fieldLimit: Int
    private var columns: [MappedColumn] = []
    private var fields: Set<ByteString> = []
    private var aliases: [(from: ByteString, to: ByteString)] = []
    private var fieldCount = 0

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

    private static let objectNames: Set<ByteString> = ["type", "properties", "dynamic", "enabled"]

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
                throw refused("alias field '\(from)' points at '\(to)', which is no field")
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
            throw refused("\(columns.count) fields are more than a table takes")
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
                throw refused("a text field cannot be called '\(column.path)' in the embedded target")
            }
        }
        if seen["rowid"] != nil, seen["_rowid_"] != nil, seen["oid"] != nil {
            throw refused("fields rowid, _rowid_ and oid together leave SQLite no name for its rows")
        }
    }

    private mutating func object(
        _ definition: JSONObject,
        path: ByteString,
        inherited: MappedObject.Dynamic,
        isInNested: Bool,
        depth: Int
    ) throws(IndexError) -> MappedObject {
        guard depth <= 20 else { throw refused("field '\(path)' lies more than 20 objects deep") }
        let dynamic = try self.dynamic(definition, inherited: inherited, path: path)
        var tree = PropertyTree()
        if let properties = definition["properties"] {
            guard let members = properties.asObject else {
                throw refused("'properties' of '\(path)' is no object")
            }
            for member in members.members {
                try tree.insert(member.name, member.value, at: path)
            }
        }
        var members: [(name: ByteString, field: MappedField)] = []
        for (name, definition) in tree.members {
            let fieldPath = path.isEmpty ? name : ByteString(path.bytes + [UInt8(ascii: ".")] + name.bytes)
            fieldCount += 1
            guard fieldCount <= fieldLimit else { throw refused("there are more than \(fieldLimit) fields") }
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
        default: throw refused("'dynamic' of '\(path)' is none of true, false, strict")
        }
    }

    private mutating func field(
        _ value: JSONValue,
        path: ByteString,
        inherited: MappedObject.Dynamic,
        isInNested: Bool,
        depth: Int
    ) throws(IndexError) -> MappedField {
        guard let definition = value.asObject else {
            throw refused("the definition of field '\(path)' is no object")
        }
        // An object needs no type, and whatever an object may say tells one.
        let isObject = definition.members.allSatisfy { MappingCompiler.objectNames.contains($0.name) }
        guard let word = definition["type"]?.asString ?? (isObject ? "object" : nil) else {
            throw refused("field '\(path)' has no type")
        }
        switch word {
        case "object":
            try check(definition, path, allows: MappingCompiler.objectNames)
            if definition["enabled"]?.lenientBool == false { return .opaque }
            return .object(
                try object(
                    definition,
                    path: path,
                    inherited: inherited,
                    isInNested: isInNested,
                    depth: depth + 1
                )
            )
        case "nested":
            try check(
                definition,
                path,
                allows: ["type", "properties", "dynamic", "enabled", "include_in_parent", "include_in_root"]
            )
            let column = isInNested ? nil : addColumn(path, .nested)
            let inner = try object(
                definition,
                path: path,
                inherited: inherited,
                isInNested: true,
                depth: depth + 1
            )
            return .nested(inner, column: column)
        case "flat_object":
            try check(definition, path, allows: ["type"])
            return .flat(path: path, column: isInNested ? nil : addColumn(path, .flatObject))
        case "alias":
            try check(definition, path, allows: ["type", "path"])
            guard let target = definition["path"]?.asString else {
                throw refused("alias field '\(path)' has no path")
            }
            aliases.append((path, ByteString(target)))
            return .alias
        default:
            return .leaf(try leaf(definition, path: path, isInNested: isInNested, isMultiField: false))
        }
    }

    private mutating func leaf(
        _ definition: JSONObject,
        path: ByteString,
        isInNested: Bool,
        isMultiField: Bool
    ) throws(IndexError) -> MappedLeaf {
        guard let word = definition["type"]?.asString else { throw refused("field '\(path)' has no type") }
        guard let type = FieldType(rawValue: word), type != .nested, type != .flatObject else {
            throw refused(
                "field '\(path)' has type '\(word)', for which there is no column here",
                fix: "types: " + FieldType.allCases.map(\.rawValue).joined(separator: " ") + " object alias"
            )
        }
        for member in definition.members where !FieldParameters.isKnown(member.name, of: type) {
            throw refused("parameter '\(member.name)' of field '\(path)' is not known for type \(word)")
        }
        let parameters = try self.parameters(definition, of: type, path: path)
        let format = try type.isDate ? dateFormat(definition, path: path) : nil
        // The column stands before those of the multi-fields, as in the definition.
        let column = isInNested ? nil : addColumn(path, type, format)
        if isInNested { fields.insert(path) }
        var multiFields: [MappedLeaf] = []
        for member in definition["fields"]?.asObject?.members ?? [] {
            guard !isMultiField, let inner = member.value.asObject else {
                throw refused("multi-field '\(member.name)' of '\(path)' is no field")
            }
            guard !member.name.isEmpty, !member.name.bytes.contains(UInt8(ascii: ".")) else {
                throw refused("multi-field '\(member.name)' of '\(path)' has a bad name")
            }
            fieldCount += 1
            guard fieldCount <= fieldLimit else { throw refused("there are more than \(fieldLimit) fields") }
            let innerPath = ByteString(path.bytes + [UInt8(ascii: ".")] + member.name.bytes)
            multiFields.append(
                try leaf(inner, path: innerPath, isInNested: isInNested, isMultiField: true)
            )
        }
        return MappedLeaf(
            path: path,
            type: type,
            column: column,
            parameters: parameters,
            dateFormat: format,
            multiFields: multiFields
        )
    }

    private func parameters(
        _ definition: JSONObject,
        of type: FieldType,
        path: ByteString
    ) throws(IndexError) -> FieldParameters {
        var parameters = FieldParameters()
        parameters.coerces = try bool(definition, "coerce", path) ?? coercesByDefault
        parameters.ignoresMalformed =
            try bool(definition, "ignore_malformed", path) ?? ignoresMalformedByDefault
        if let value = definition["ignore_above"] {
            guard let limit = value.lenientInteger, limit >= 0 else {
                throw refused("'ignore_above' of field '\(path)' is no number of characters")
            }
            parameters.ignoreAbove = limit
        }
        let isIndexed = try bool(definition, "index", path) ?? true
        let hasDocValues = try bool(definition, "doc_values", path) ?? true
        parameters.hasTerms = type == .keyword && (isIndexed || hasDocValues)
        if type == .scaledFloat {
            guard let text = definition["scaling_factor"]?.numberText, let factor = Double(text), factor > 0,
                factor.isFinite
            else { throw refused("field '\(path)' of type scaled_float needs a 'scaling_factor' over 0") }
        }
        if let value = definition["null_value"], value != .null {
            parameters.nullValue = try nullValue(value, of: type, path: path)
        }
        return parameters
    }

    private func nullValue(
        _ value: JSONValue,
        of type: FieldType,
        path: ByteString
    ) throws(IndexError) -> Statement.Cell {
        let bare = MappedLeaf(
            path: path,
            type: type,
            column: nil,
            parameters: FieldParameters(),
            dateFormat: type.isDate ? .standard : nil,
            multiFields: []
        )
        do {
            return try FieldValue.cell(of: value, as: bare) ?? .null
        } catch {
            throw refused("'null_value' of field '\(path)' is no \(type.rawValue)")
        }
    }

    private func dateFormat(_ definition: JSONObject, path: ByteString) throws(IndexError) -> DateFormat {
        guard let value = definition["format"] else { return .standard }
        guard let text = value.asString, let format = DateFormat(text) else {
            throw refused("the date format of field '\(path)' is not understood here")
        }
        return format
    }

    private mutating func addColumn(_ path: ByteString, _ type: FieldType, _ format: DateFormat? = nil) -> Int
    {
        fields.insert(path)
        columns.append(MappedColumn(path: path, type: type, dateFormat: format))
        return columns.count - 1
    }

    private func bool(
        _ definition: JSONObject,
        _ name: ByteString,
        _ path: ByteString
    ) throws(IndexError) -> Bool? {
        guard let value = definition[name] else { return nil }
        guard let bool = value.lenientBool else {
            throw refused("'\(name)' of field '\(path)' is no boolean")
        }
        return bool
    }

    private func check(
        _ definition: JSONObject,
        _ path: ByteString,
        allows: Set<ByteString>
    ) throws(IndexError) {
        for member in definition.members where !allows.contains(member.name) {
            throw refused("parameter '\(member.name)' of field '\(path)' is not known for its type")
        }
    }

    private func refused(_ message: String, fix: String? = nil) -> IndexError {
        IndexError(.refused, message, fix: fix ?? "correct the read model's index.mappings")
    }
}
