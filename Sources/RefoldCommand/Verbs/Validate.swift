/// `refold validate`: holds manifests against everything that can be known without a server.
package enum ValidateVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "validate",
        in: .start,
        "check manifests without a server, every problem with its place",
        details: [
            "Any kind of manifest. A job is checked with the read models and the target that it names. All problems "
                + "are told at once, each with file, line and column."
        ],
        positionals: [PositionalDeclaration("FILE", "a manifest of any kind", .some)],
        options: [.output, .set, .target],
        statuses: [.notPermitted],
        examples: [.init("refold validate manifests/*.yaml", "Check all manifests of a folder.")]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
