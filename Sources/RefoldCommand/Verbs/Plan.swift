/// `refold plan`: reads all, writes nothing, prints what a run would do.
package enum PlanVerb: Verb {
    private static let out = OptionDeclaration(
        "out",
        value: .path("FILE"),
        "keep the plan for `run --plan FILE`"
    )
    private static let detailed = OptionDeclaration(
        "detailed-exitcode",
        "end with 2 when there is something to do"
    )
    private static let quick = OptionDeclaration("quick", "only list the archive, do not read it")
    /// Its words.
    package static let declaration = VerbDeclaration(
        "plan",
        in: .run,
        "print what a run would do, writing nothing",
        details: [
            "Index names, mapping difference by field and class, events and bytes to read, alias actions, warnings and "
                + "a digest. `run --plan FILE` refuses a plan that no longer holds and says what moved."
        ],
        positionals: [.job],
        options: [.output, out, detailed, quick, .salvage] + OptionDeclaration.ofJobs
            + OptionDeclaration.ofReplays,
        statuses: [.changesPending, .moved] + .ofArchive + .ofTarget,
        examples: [
            .init("refold plan manifests/rebuild.yaml", "Read the archive and print what a run would do."),
            .init(
                "refold plan manifests/rebuild.yaml --quick --out plan.json",
                "List only, and keep the plan."
            ),
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
