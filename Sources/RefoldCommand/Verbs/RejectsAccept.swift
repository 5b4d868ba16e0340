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
            "Appends to the file that `rejects.accepted` of the job names, as the job file stands now. Without numbers: "
                + "all of the run. What is accepted covers the same line, or the same reason, field and read model of "
                + "the same document; any other refusal of it counts again."
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
        let call = try await TargetCall(invocation, changing: true)
        var dossier = try call.requiredDossier()
        // Named by its id the run knows its job file, which may say by now where accepted rejects go.
        if call.job == nil, dossier.acceptedFile == nil, let path = dossier.jobPath {
            dossier.namesAccepted(by: try invocation.job(at: path))
        }
        let accepted = try await dossier.accept(numbers, note: note)
        // As the run was typed, with its `--set`s: else the same command would be another run.
        let next = try dossier.command(typedIn: call.words) ?? call.words.run()
        return Answer(
            text: accepted.map { "accepted: \($0.number) \($0.reject.words)\n" }.joined()
                + total(accepted.count, dossier) + "next: \(next)\n",
            json: [
                "kind": "Acceptance", "run": .text(dossier.record.id.text),
                "accepted": .array(accepted.map(\.json)),
                "next": .text(next),
            ]
        )
    }

    private static func total(_ count: Int, _ dossier: RunDossier) -> String {
        let file = dossier.acceptedFile ?? ""
        guard count > 0 else { return "nothing new: all of these are accepted in \(file) already\n" }
        return "\(grouped(count)) accepted in \(file)\n"
    }
}
