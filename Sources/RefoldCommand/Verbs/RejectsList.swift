/// `refold rejects list`: what a run set aside.
package enum RejectsListVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects list",
        in: .run,
        "list what a run set aside, with place and reason",
        positionals: [.run],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: [.notPermitted],
        examples: [
            .init("refold rejects list manifests/rebuild.yaml", "List the rejects of the job's latest run.")
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
