/// `refold prune`: deletes what retention no longer keeps.
package enum PruneVerb: Verb {
    private static let keep = OptionDeclaration(
        "keep",
        value: .count("N", 1...1000),
        "how many complete indices of an alias stay (default: the job's, else 2)"
    )
    private static let dryRun = OptionDeclaration("dry-run", "say what would be deleted, delete nothing")
    /// Its words.
    package static let declaration = VerbDeclaration(
        "prune",
        in: .run,
        "delete complete indices beyond the number to keep, and abandoned ones",
        details: [
            "Only indices that refold made; never one that serves, or that an open plan or a rollback needs."
        ],
        positionals: [
            PositionalDeclaration("JOB", "a job file: its target, its aliases, its `cutover.keep`", .optional)
        ],
        options: [.output, keep, dryRun, .yes] + OptionDeclaration.ofJobs,
        statuses: [.locked, .moved] + .ofTarget,
        examples: [.init("refold prune manifests/rebuild.yaml --dry-run", "Say what would be deleted.")],
        drains: true
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
