import RefoldBytes
import RefoldPipeline

/// `refold cutover`: moves the aliases to a run that stands ready.
package enum CutoverVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "cutover",
        in: .run,
        "move the aliases to the indices of a run that is ready",
        details: [
            "Releases a hold that a rollback has set. The gates that were passed are not asked again; it is looked at "
                + "that every index that is swapped in the same step is there, with as many documents as passed them."
        ],
        positionals: [.run],
        options: [.output, .yes] + OptionDeclaration.ofJobs,
        statuses: [.verificationFailed] + .ofSwap,
        examples: [
            .init("refold cutover manifests/rebuild.yaml", "Swap what the job's latest run made ready.")
        ],
        drains: true
    )

    /// Swaps.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let call = try await TargetCall(invocation, changing: true)
        let report = try await call.withVerbs(consentTo: "move aliases") { verbs in
            try await verbs.cutOver(call.named(verbs))
        }
        return Answer(text: report.text, json: report.json(kind: "Cutover"))
    }
}
