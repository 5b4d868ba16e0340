/// `refold rejects accept`: puts known rejects outside the budget.
package enum RejectsAcceptVerb: Verb {
    private static let note = OptionDeclaration(
        "note",
        value: .text("TEXT"),
        "why they are accepted (required)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects accept",
        in: .run,
        "accept rejects, so that they no longer count against the budget",
        details: [
            "Appends to the file that `rejects.accepted` of the job names. Without numbers: all of the run."
        ],
        positionals: [
            .run, PositionalDeclaration("N", "numbers in `rejects list`; none: all", .any, offer: .nothing),
        ],
        options: [.output, note] + OptionDeclaration.ofJobs,
        statuses: [.notPermitted],
        examples: [
            .init(
                "refold rejects accept manifests/rebuild.yaml 3 4 --note 'test data'",
                "Accept two known rejects."
            )
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
