import RefoldBytes
import RefoldPipeline

/// `refold rollback`: moves an alias back to the index before.
package enum RollbackVerb: Verb {
    private static let release = OptionDeclaration(
        "release",
        "move nothing, release the holds of an alias, or of all aliases of a run or job"
    )
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

    /// Goes back, or releases a hold.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try await TargetCall(invocation, changing: true)
        if invocation.arguments.has(release) { return try await releaseHold(call, invocation) }
        let report = try await call.withVerbs(consentTo: "move aliases back") { verbs in
            try await verbs.rollBack(call.named(verbs))
        }
        return Answer(text: report.text, json: report.json(kind: "Rollback"))
    }

    private static func releaseHold(_ call: TargetCall, _ invocation: VerbInvocation) async throws -> Answer {
        let name = try invocation.arguments.required(0)
        let (released, next) = try await call.withVerbs { verbs in
            // A job stands for all its aliases, whichever of its runs was rolled back.
            let released =
                if let job = call.job {
                    try await verbs.release(aliases: job.allAliases)
                } else {
                    try await verbs.release(call.named(verbs))
                }
            return (released, try call.words.look("status"))
        }
        let text = released.isEmpty ? "no hold on \(name)\n" : released.map { "released: \($0)\n" }.joined()
        return Answer(
            text: text + "next: \(next)\n",
            json: [
                "kind": "Release", "alias": .text(name), "released": .array(released.map { .text($0) }),
                "next": .text(next),
            ]
        )
    }
}
