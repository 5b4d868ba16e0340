/// `refold archive generate`: makes an archive of invented events.
package enum ArchiveGenerateVerb: Verb {
    private static let seed = OptionDeclaration(
        "seed",
        value: .count("N", 0...Int.max),
        "seed of the invention (default: 1)"
    )
    private static let events = OptionDeclaration(
        "events",
        value: .count("N", 1...1_000_000_000),
        "how many events (default: 5000)"
    )
    private static let segments = OptionDeclaration(
        "segments",
        value: .count("N", 1...100_000),
        "over how many segments (default: 4)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive generate",
        in: .archive,
        "make an archive of invented Salesforce events, the same bytes for the same seed",
        positionals: [
            PositionalDeclaration("FOLDER", "the new archive's folder; it must be empty or absent")
        ],
        options: [.output, seed, events, segments],
        statuses: [.archiveRefused, .notPermitted],
        examples: [
            .init(
                "refold archive generate archive --seed 7 --events 5000 --segments 4",
                "Make a small archive."
            )
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
