import RefoldBytes
import RefoldLedger
import RefoldPipeline

/// `refold rejects accept`: puts known rejects outside the budget.
package enum RejectsAcceptVerb: Verb {
    private static let note = OptionDeclaration(
        "note",
        value: .text("TEXT"),
        "why they are accepted (required)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects accept",
        in: .run,
        "accept rejects, so that they no longer count against the budget",
        details: [
            "Appends to the file that `rejects.accepted` of the job names. Without numbers: all of the run."
        ],
        positionals: [
            .run, PositionalDeclaration("N", "numbers in `rejects list`; none: all", .any, offer: .nothing),
        ],
        options: [.output, note] + OptionDeclaration.ofJobs,
        statuses: [.notPermitted],
        examples: [
            .init(
                "refold rejects accept manifests/rebuild.yaml 3 4 --note 'test data'",
                "Accept two known rejects."
            )
        ]
    )

    /// Accepts.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        guard let note = invocation.arguments.value(note) else {
            throw CommandError(
                .optionValue,
                "`rejects accept` needs --note",
                fix: "say why they are accepted: whoever reads the file later wants to know",
                usage: declaration.usage
            )
        }
        let numbers = try invocation.arguments.positionals.dropFirst().map { word in
            guard let number = Int(word), number > 0 else {
                throw CommandError(
                    .argument,
                    "`\(word)` is no number of a reject",
                    fix: "`refold rejects list` shows their numbers",
                    usage: declaration.usage
                )
            }
            return number
        }
        let call = try await TargetCall(invocation)
        let dossier = try call.requiredDossier()
        let accepted = try await dossier.accept(numbers, note: note)
        // As the run was typed, with its `--set`s: else the same command would be another run.
        let next = try dossier.command(typedIn: call.words) ?? call.words.run()
        return Answer(
            text: accepted.map { "accepted: \($0.number) \($0.reject.words)\n" }.joined() + "next: \(next)\n",
            json: [
                "kind": "Acceptance", "run": .text(dossier.record.id.text),
                "accepted": .array(accepted.map(\.json)),
                "next": .text(next),
            ]
        )
    }
}
