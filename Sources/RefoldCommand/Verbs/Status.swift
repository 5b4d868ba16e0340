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
        positionals: [.runIfAny],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: .ofTarget,
        examples: [.init("refold status manifests/rebuild.yaml", "Show the latest run of the job.")]
    )

    /// Shows.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try await TargetCall(invocation)
        let (runs, aliases) = try await call.withVerbs { verbs in
            try await (verbs.runs(), verbs.aliases())
        }
        let wanted = call.name?.uppercased()
        let run = runs.first { run in
            wanted.map(run.run.hasPrefix) ?? call.job.map { run.job == $0.name } ?? true
        }
        let dossier = run.flatMap { run in call.dossier.flatMap { $0.record.id.text == run.run ? $0 : nil } }
        let report = StatusReport(run: run, dossier: dossier, aliases: aliases)
        return Answer(text: report.text, json: report.json)
    }
}
