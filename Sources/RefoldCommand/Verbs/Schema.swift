/// `refold schema`: the JSON Schema of manifests.
package enum SchemaVerb: Verb {
    private static let kinds = ["ReadModel", "Target", "Rebuild", "Backfill", "Migration", "Restore"]
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

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
