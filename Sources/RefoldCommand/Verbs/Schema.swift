import RefoldBytes
import RefoldManifest

/// `refold schema`: the JSON Schema of manifests.
package enum SchemaVerb: Verb {
    private static let kinds = ManifestKind.allCases.map(\.rawValue)
    private static let reference = OptionDeclaration(
        "reference",
        "print the table of all keys in Markdown instead"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "schema",
        in: .start,
        "print the JSON Schema of a kind of manifest, or of all",
        details: [
            "Draft-07, made of the same declarations as the decoder, so that an editor and refold agree."
        ],
        positionals: [
            PositionalDeclaration(
                "KIND",
                "the kind; none: a schema that takes any",
                .optional,
                offer: .words(kinds)
            )
        ],
        options: [.output, reference],
        examples: [
            .init("refold schema ReadModel > read-model.schema.json", "Let an editor check read models.")
        ]
    )

    /// Prints a schema, or the reference table.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        if invocation.arguments.has(reference) { return Answer(text: ManifestReference.markdown()) }
        let kind = invocation.arguments.positional(0).flatMap(ManifestKind.init(rawValue:))
        let schema = kind.map(ManifestSchema.jsonSchema) ?? anyKind
        return Answer(text: schema.canonical.string + "\n")
    }

    /// A schema that takes any kind, the definitions of all in one place, where their references look.
    private static var anyKind: JSONValue {
        var definitions = JSONObject()
        let schemas = ManifestKind.allCases.map { kind -> JSONValue in
            var schema = ManifestSchema.jsonSchema(kind).asObject ?? [:]
            for member in schema["definitions"]?.asObject?.members ?? [] {
                definitions[member.name] = member.value
            }
            schema["definitions"] = nil
            schema["$schema"] = nil
            return .object(schema)
        }
        return [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": .object(definitions),
            "oneOf": .array(schemas),
        ]
    }
}
