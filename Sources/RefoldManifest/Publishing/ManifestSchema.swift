package import RefoldBytes

/// The JSON Schema (draft-07) of each kind, written from the declarations that the decoder reads with.
///
/// It takes the form that the decoder takes; what needs more than one value to judge (a mapping that fits the
/// document, a file that exists) is `validate`'s.
package enum ManifestSchema {
    /// The schema of a kind.
    package static func jsonSchema(_ kind: ManifestKind) -> JSONValue {
        var writer = SchemaWriter()
        let body = writer.root(ManifestDeclarations.description(of: kind), kind: kind)
        var schema: JSONObject = [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": .text("refold \(kind.rawValue)"),
        ]
        for (name, value) in body.members { schema[name] = value }
        if !writer.definitions.isEmpty { schema["definitions"] = .object(writer.definitions) }
        return .object(schema)
    }
}

/// Where the declarations of each kind are.
enum ManifestDeclarations {
    /// The declaration of a kind.
    static func description(of kind: ManifestKind) -> ShapeDescription {
        switch kind {
        case .readModel: ReadModelShapes.readModel.description
        case .target: TargetShapes.file.description
        case .rebuild, .backfill, .migration, .restore: JobShapes.job.description
        }
    }
}

/// Writes descriptions as JSON Schema.
private struct SchemaWriter {
    /// The shapes that hold themselves, by name.
    var definitions = JSONObject()

    /// The schema of a whole manifest: of a choice between kinds, the one variant.
    mutating func root(_ description: ShapeDescription, kind: ManifestKind) -> JSONObject {
        guard case .record(let record) = description, case .word("kind", _) = record.choice else {
            return schema(description)
        }
        return object(record, variant: kind.rawValue)
    }

    private mutating func schema(_ description: ShapeDescription) -> JSONObject {
        switch description {
        case .scalar(_, let schema): return schema
        case .list(let element, let minimum):
            var schema: JSONObject = ["type": "array", "items": .object(self.schema(element))]
            if minimum > 0 { schema["minItems"] = .integer(minimum) }
            return schema
        case .dictionary(let element, let minimum):
            var schema: JSONObject = [
                "type": "object", "additionalProperties": .object(self.schema(element)),
            ]
            if minimum > 0 { schema["minProperties"] = .integer(minimum) }
            return schema
        case .record(let record): return self.record(record)
        case .either(let forms): return ["anyOf": .array(forms.map { .object(schema($0)) })]
        case .named(let name, _, let shape):
            let name = ByteString(name)
            if definitions[name] == nil {
                // Taken before it is written, for it may hold itself.
                definitions[name] = true
                definitions[name] = .object(schema(shape()))
            }
            return ["$ref": .text("#/definitions/\(name)")]
        }
    }

    private mutating func record(_ record: RecordDescription) -> JSONObject {
        let variants: [String]
        switch record.choice {
        case .none: return object(record, variant: nil)
        case .word(_, let words): variants = words
        case .presence(let keys): variants = keys
        }
        return ["oneOf": .array(variants.map { .object(object(record, variant: $0)) })]
    }

    private mutating func object(_ record: RecordDescription, variant: String?) -> JSONObject {
        var properties = JSONObject()
        var required: [JSONValue] = []
        for key in record.keys where key.applies(to: variant) {
            var schema = schema(key.value)
            if case .word(key.name, _) = record.choice, let variant { schema = ["const": .text(variant)] }
            // Draft-07 reads nothing beside a reference.
            if schema["$ref"] != nil { schema = ["allOf": [.object(schema)]] }
            schema["description"] = .text(key.meaning)
            if case .byDefault(let value) = key.need { schema["default"] = value }
            properties[ByteString(key.name)] = .object(schema)
            if key.need == .required { required.append(.text(key.name)) }
        }
        if case .presence = record.choice, let variant, !required.contains(.text(variant)) {
            required.append(.text(variant))
        }
        var object: JSONObject = [
            "type": "object", "additionalProperties": false, "properties": .object(properties),
        ]
        if !required.isEmpty { object["required"] = .array(required) }
        let demands = record.demands.filter { $0.variant == nil || $0.variant == variant }.map(schema)
        if !demands.isEmpty { object["allOf"] = .array(demands.map { .object($0) }) }
        return object
    }

    private func schema(_ demand: Demand) -> JSONObject {
        let each = demand.keys.map { JSONValue.object(["required": [.text($0)]]) }
        switch demand.count {
        case .exactlyOne: return ["oneOf": .array(each)]
        case .atLeastOne: return ["anyOf": .array(each)]
        }
    }
}
