/// `refold archive verify`: reads every byte and checks every checksum.
package enum ArchiveVerifyVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive verify",
        in: .archive,
        "read every segment to its end and check digests, checksums and counts",
        details: ["Tells every problem, not only the first."],
        positionals: [.archive],
        options: [.output, .noProgress],
        statuses: .ofArchive,
        examples: [.init("refold archive verify archive", "Check the whole archive.")]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
