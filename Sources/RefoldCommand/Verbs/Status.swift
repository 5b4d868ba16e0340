/// `refold status`: what one run did, or is doing.
package enum StatusVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "status",
        in: .run,
        "show a run, the latest unless one is named",
        positionals: [.runIfAny],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: .ofTarget,
        examples: [.init("refold status manifests/rebuild.yaml", "Show the latest run of the job.")]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
