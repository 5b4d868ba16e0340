/// `refold init`: scaffolds a read model for each entity and a job from what an archive holds.
package enum InitVerb: Verb {
    private static let into = OptionDeclaration(
        "into",
        value: .path("FOLDER"),
        "folder of the new manifests (default: `manifests` of the working directory)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "init",
        in: .start,
        "scaffold read models and a job from what an archive holds",
        details: [
            "Reads a sample of the archive, writes one read model for each entity found and a Rebuild job with an "
                + "embedded target, and prints what to run next. It never replaces a file."
        ],
        positionals: [.archive],
        options: [.output, into],
        statuses: .ofArchive,
        examples: [
            .init(
                "refold init archive --into manifests",
                "Write manifests for the entities found in archive/."
            )
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
