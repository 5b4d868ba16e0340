import RefoldBytes
import RefoldPipeline

/// `refold runs`: all runs known here or to the target.
package enum RunsVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "runs",
        in: .run,
        "list the runs that the ledger and the target know",
        details: [
            "TOOK is the time of work, without the pauses between attempts. STATE tells whether an unfinished run is "
                + "running or interrupted, as far as it can be known here, and whether its indices serve; of a swapped "
                + "run that serves no longer whether a rollback leads to it, or it was rolled back, is kept, or deleted."
        ],
        positionals: [PositionalDeclaration("JOB", "a job file: its state folder and its target", .optional)],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: .ofTarget,
        examples: [
            .init("refold runs --target prod.yaml", "List runs by what the target says, from any machine.")
        ]
    )

    /// Lists.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try await TargetCall(invocation)
        let runs = try await call.withVerbs { verbs in try await verbs.runs() }
        return Answer(text: text(runs), json: ["kind": "Runs", "runs": .array(runs.map(\.json))])
    }

    private static func text(_ runs: [RunSummary]) -> String {
        var table = TextTable([
            .text("RUN"), .text("JOB"), .text("STARTED"), .number("TOOK"), .text("STATE"), .number("EXIT"),
            .text("INDEX"),
        ])
        for run in runs {
            table.rows.append(
                [run.run, run.job, run.startedAt, run.tookMilliseconds.map(durationText) ?? "—"]
                    + [run.stateText, run.exit.map(String.init) ?? "—"]
                    + [run.indices.first ?? "—"]
            )
            for index in run.indices.dropFirst() { table.rows.append(["", "", "", "", "", "", index]) }
        }
        let next = runs.first { $0.resume != nil }?.resume
        return table.text + (next.map { "next: \($0)\n" } ?? "")
    }
}
