/// `refold archive list`: the segments of an archive.
package enum ArchiveListVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive list",
        in: .archive,
        "list the segments of an archive",
        positionals: [.archive],
        options: [.output],
        statuses: [.archiveRefused, .notPermitted],
        examples: [
            .init("refold archive list archive", "List the segments, and those that the catalog lacks.")
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
