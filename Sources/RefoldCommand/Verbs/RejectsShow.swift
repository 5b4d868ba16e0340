/// `refold rejects show`: one reject in full.
package enum RejectsShowVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects show",
        in: .run,
        "show one reject with its line of the archive",
        positionals: [
            .run, PositionalDeclaration("N", "the reject's number in `rejects list`", offer: .nothing),
        ],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: [.archiveRefused, .notPermitted],
        examples: [.init("refold rejects show 01J9X 3", "Show the third reject of run 01J9X.")]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
