import RefoldBytes
import RefoldLedger
import RefoldModel
import RefoldPipeline

/// `refold status`: what one run did or is doing, and where the aliases point.
package enum StatusVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "status",
        in: .run,
        "show a run, the latest unless one is named, and where the aliases point",
        details: [
            "An unfinished run is told as running or interrupted, as the kernel's lock on this machine says, with the "
                + "command that goes on; by the target alone that cannot be known of a run of another machine."
        ],
        positionals: [
            PositionalDeclaration(
                "RUN",
                "a run id, a unique beginning of one, a job file (its latest run), or an alias (the run that serves it)",
                .optional
            )
        ],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: .ofTarget,
        examples: [.init("refold status manifests/rebuild.yaml", "Show the latest run of the job.")]
    )

    /// Shows.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try await TargetCall(invocation)
        let report = try await call.withVerbs { verbs in
            let (runs, aliases) = try await (verbs.runs(), verbs.aliases())
            let run =
                if let name = call.name {
                    try verbs.run(named: name, among: runs, aliases)
                } else {
                    runs.first { run in call.job.map { run.job == $0.name } ?? true }
                }
            let dossier = if let run { try await call.dossier(of: run.run) } else { RunDossier?.none }
            let next = if let run { try await verbs.next(after: run, dossier) } else { String?.none }
            return StatusReport(run: run, dossier: dossier, aliases: aliases, next: next)
        }
        return Answer(text: report.text, json: report.json)
    }
}
