/// `refold rollback`: moves an alias back to the index before.
package enum RollbackVerb: Verb {
    private static let release = OptionDeclaration("release", "move nothing, release the hold of an alias")
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rollback",
        in: .run,
        "move aliases back to the indices that served before",
        details: [
            "Works with the target alone, from any machine. Prints what served, what serves now and what is newer only "
                + "in the index it left. Sets a hold: later runs stop ready with 5 until `cutover RUN` or "
                + "`rollback --release ALIAS`."
        ],
        positionals: [PositionalDeclaration("RUN|ALIAS", "a run, a job file (its latest run) or an alias")],
        options: [.output, release, .yes] + OptionDeclaration.ofJobs,
        statuses: .ofSwap,
        examples: [
            .init(
                "refold rollback clients --target prod.yaml",
                "Let the alias clients serve the index before."
            ),
            .init("refold rollback --release clients --target prod.yaml", "Let runs swap the alias again."),
        ],
        drains: true
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
