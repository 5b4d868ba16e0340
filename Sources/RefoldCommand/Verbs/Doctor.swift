/// `refold doctor`: read-only checks of all that a run of a job would need.
package enum DoctorVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "doctor",
        in: .start,
        "check everything that a run of a job needs, changing nothing",
        details: [
            "Manifest, archive, target, state folder, libraries, terminal and proxy variables, each with its finding. "
                + "The first finding that would stop a run decides the exit status."
        ],
        positionals: [.job],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: [.archiveRefused] + .ofTarget,
        examples: [.init("refold doctor manifests/rebuild.yaml", "Check what the job rebuild would meet.")]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
