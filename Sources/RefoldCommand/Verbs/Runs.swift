/// `refold runs`: all runs known here or to the target.
package enum RunsVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "runs",
        in: .run,
        "list the runs that the ledger and the target know",
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: .ofTarget,
        examples: [
            .init("refold runs --target prod.yaml", "List runs by what the target says, from any machine.")
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
