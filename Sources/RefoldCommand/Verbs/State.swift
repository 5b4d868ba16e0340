/// `refold state`: the folded state of one aggregate, or of all.
package enum StateVerb: Verb {
    private static let all = OptionDeclaration("all", "every aggregate of the archive")
    private static let rejects = OptionDeclaration(
        "rejects",
        value: .path("FILE"),
        "write rejects there, one a line"
    )
    private static let report = OptionDeclaration(
        "report",
        value: .path("FILE"),
        "write counts, notes and marks there"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "state",
        in: .archive,
        "print the folded state of an aggregate, or of all",
        details: [
            "With `--all`, one line of canonical JSON for each aggregate. Rejects do not change the exit status: they "
                + "go where `--rejects` says."
        ],
        positionals: [
            .archive,
            PositionalDeclaration("KEY", PositionalDeclaration.key.summary, .optional, offer: .nothing),
        ],
        options: [.output, all, .asOf, .salvage, rejects, report, .readModel] + OptionDeclaration.ofReplays,
        statuses: .ofArchive,
        examples: [
            .init("refold state archive Account/0015g00000XyZAbAAN", "Print the state of one account."),
            .init("refold state --all archive --as-of 'yesterday 18:00'", "Print all states as of a time."),
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
