import RefoldBytes
import RefoldSQLite

extension MappingCompiler {
    /// One field, by its type.
    mutating func field(
        _ value: JSONValue,
        path: ByteString,
        inherited: MappedObject.Dynamic,
        isInNested: Bool,
        depth: Int
    ) throws(IndexError) -> MappedField {
        guard let definition = value.asObject else {
            throw refused("the definition of field '\(path)' is no object", field: path)
        }
        // An object needs no type, and whatever an object may say tells one.
        let isObject = definition.members.allSatisfy { MappingCompiler.objectNames.contains($0.name) }
        guard let word = definition["type"]?.asString ?? (isObject ? "object" : nil) else {
            throw refused("field '\(path)' has no type", field: path)
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
                throw refused("alias field '\(path)' has no path", field: path)
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
        guard let word = definition["type"]?.asString else {
            throw refused("field '\(path)' has no type", field: path)
        }
        guard let type = FieldType(rawValue: word), type != .nested, type != .flatObject else {
            throw refused(
                "field '\(path)' has type '\(word)', for which there is no column here",
                fix: FieldType.suggestion(near: word),
                field: path,
                parameter: "type"
            )
        }
        for member in definition.members where !FieldParameters.isKnown(member.name, of: type) {
            throw refused(
                "parameter '\(member.name)' of field '\(path)' is not known for type \(word)",
                field: path,
                parameter: member.name
            )
        }
        let parameters = try self.parameters(definition, of: type, path: path)
        let format = try type.isDate ? dateFormat(definition, path: path) : nil
        // The column stands before those of the multi-fields, as in the definition.
        let column = isInNested ? nil : addColumn(path, type, format)
        if isInNested { fields.insert(path) }
        var multiFields: [MappedLeaf] = []
        for member in definition["fields"]?.asObject?.members ?? [] {
            guard !isMultiField, let inner = member.value.asObject else {
                throw refused(
                    "multi-field '\(member.name)' of '\(path)' is no field",
                    field: path,
                    parameter: "fields"
                )
            }
            guard PropertyTree.takes(member.name), !member.name.bytes.contains(UInt8(ascii: ".")) else {
                throw refused(
                    "multi-field '\(member.name)' of '\(path)' has a bad name",
                    field: path,
                    parameter: "fields"
                )
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
                throw refused(
                    "'ignore_above' of field '\(path)' is no number of characters",
                    field: path,
                    parameter: "ignore_above"
                )
            }
            parameters.ignoreAbove = limit
        }
        let isIndexed = try bool(definition, "index", path) ?? true
        let hasDocValues = try bool(definition, "doc_values", path) ?? true
        parameters.hasTerms = type == .keyword && (isIndexed || hasDocValues)
        if type == .scaledFloat {
            guard let text = definition["scaling_factor"]?.numberText, let factor = Double(text), factor > 0,
                factor.isFinite
            else {
                throw refused(
                    "field '\(path)' of type scaled_float needs a 'scaling_factor' over 0",
                    field: path,
                    parameter: "scaling_factor"
                )
            }
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
            throw refused(
                "'null_value' of field '\(path)' is no \(type.rawValue)",
                field: path,
                parameter: "null_value"
            )
        }
    }

    private func dateFormat(_ definition: JSONObject, path: ByteString) throws(IndexError) -> DateFormat {
        guard let value = definition["format"] else { return .standard }
        guard let text = value.asString, !text.utf8.contains(0), let format = DateFormat(text) else {
            throw refused(
                "the date format of field '\(path)' is not understood here",
                field: path,
                parameter: "format"
            )
        }
        return format
    }
}
