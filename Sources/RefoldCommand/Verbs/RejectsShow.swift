import RefoldBytes
import RefoldLedger
import RefoldModel
import RefoldPipeline

/// `refold rejects show`: one reject in full.
package enum RejectsShowVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects show",
        in: .run,
        "show one reject in full",
        positionals: [
            .run, PositionalDeclaration("N", "the reject's number in `rejects list`", offer: .nothing),
        ],
        options: [.output] + OptionDeclaration.ofJobs,
        statuses: [.notPermitted],
        examples: [.init("refold rejects show 01J9X 3", "Show the third reject of run 01J9X.")]
    )

    /// Shows.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let dossier = try await TargetCall(invocation).requiredDossier()
        let word = try invocation.arguments.required(1)
        let listed = try await dossier.rejects().first { String($0.number) == word }
        guard let listed else {
            throw CommandError(
                .argument,
                "run \(dossier.record.id) has no reject \(word)",
                fix: "`refold rejects list \(dossier.record.id)` shows their numbers"
            )
        }
        var json = listed.json.asObject ?? [:]
        json["meaning"] = RejectWord(rawValue: listed.reject.why).map { .text($0.meaning) }
        let lines = json.members.filter { $0.value != .null }.map { member in
            let name = member.name.string
            let value = member.value.asString ?? member.value.canonical.string
            return name + String(repeating: " ", count: max(1, 12 - name.count)) + value + "\n"
        }
        json["kind"] = "Reject"
        return Answer(text: lines.joined(), json: json)
    }
}
