/// `refold run`: runs a job to its end.
package enum RunVerb: Verb {
    private static let fresh = OptionDeclaration(
        "fresh",
        "start over instead of going on with the unfinished same run"
    )
    private static let plan = OptionDeclaration(
        "plan",
        value: .path("FILE"),
        "refuse to run unless this plan still holds"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "run",
        in: .run,
        "replay the archive into new indices, verify them, move the aliases",
        details: [
            "Until the aliases move, readers see the old indices; if anything is wrong they keep seeing them. The same "
                + "command goes on with an unfinished same run, after a crash or a signal too. The first SIGINT or "
                + "SIGTERM stops at a checkpoint, the second cancels."
        ],
        positionals: [.job],
        options: [.output, fresh, plan, .salvage] + OptionDeclaration.ofJobs + OptionDeclaration.ofReplays,
        statuses: [.rejectsOverBudget, .verificationFailed] + .ofArchive + .ofSwap,
        examples: [
            .init("refold run manifests/rebuild.yaml", "Rebuild every read model of the job."),
            .init(
                "refold run manifests/rebuild.yaml --set cutover.mode=manual",
                "Stop ready, before the swap."
            ),
        ],
        drains: true
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
