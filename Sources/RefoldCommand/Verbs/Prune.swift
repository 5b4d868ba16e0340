import RefoldBytes
import RefoldModel
import RefoldPipeline

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
        "delete complete indices beyond the number to keep, and what abandoned runs left half built",
        details: [
            "Only indices that refold made; never one that serves, or that an open plan or a rollback needs. A run is "
                + "abandoned when another run of its job took its place; the ledger knows which, and without it no "
                + "half-built index is deleted. The half-built index of a run that may go on stays. Every index is told "
                + "with its reason."
        ],
        positionals: [
            PositionalDeclaration("JOB", "a job file: its target, its aliases, its `cutover.keep`", .optional)
        ],
        options: [.output, keep, dryRun, .yes] + OptionDeclaration.ofJobs,
        statuses: [.locked, .moved] + .ofTarget,
        examples: [.init("refold prune manifests/rebuild.yaml --dry-run", "Say what would be deleted.")],
        drains: true
    )

    /// Deletes, or says what would go.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let isRehearsal = invocation.arguments.has(dryRun)
        let call = try await TargetCall(invocation, changing: !isRehearsal)
        let count = invocation.arguments.count(keep) ?? call.job?.cutover.keep ?? call.dossier?.keep ?? 2
        let report = try await call.withVerbs(consentTo: isRehearsal ? nil : "delete indices") { verbs in
            try await verbs.prune(keep: count, isRehearsal: isRehearsal)
        }
        let next = try call.words.look("runs")
        let word = isRehearsal ? "would delete" : "deleted"
        return Answer(
            text: report.deletions.map { "\(word): \($0.text)\n" }.joined()
                + report.kept.map { "kept: \($0)\n" }.joined()
                + report.unfinished.map { "kept: \($0.text)\n" }.joined()
                + (report.leavesNoRollback
                    ? "warning: one index of each read model stays: no rollback is possible\n" : "")
                + "next: \(next)\n",
            json: [
                "kind": "Prune", "rehearsal": .bool(isRehearsal), "keep": .integer(count),
                "deleted": .array(report.deleted.map { .text($0) }),
                "reasons": .array(report.deletions.map(\.json)),
                "kept": .array(report.kept.map { .text($0) }),
                "unfinished": .array(report.unfinished.map(\.json)),
                "next": .text(next),
            ]
        )
    }
}

extension PruneReport.Entry {
    fileprivate var text: String { "\(index) (\(reason))" }
    fileprivate var json: JSONValue { ["index": .text(index), "reason": .text(reason)] }
}
