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
        details: [
            "The line is read from its segment: its first 400 bytes, what is not printable escaped, and the command that "
                + "prints all of it. Of a refused document, whose values no ledger keeps, the command that prints its "
                + "aggregate's state."
        ],
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
        for member in source(of: listed.reject, dossier, invocation).members {
            json[member.name] = member.value
        }
        let lines = json.members.filter { $0.value != .null }.map { member in
            let name = member.name.string
            let value = member.value.asString ?? member.value.canonical.string
            return name + String(repeating: " ", count: max(1, 12 - name.count)) + value + "\n"
        }
        json["kind"] = "Reject"
        return Answer(text: lines.joined(), json: json)
    }

    /// What was set aside, and the command that shows all of it; why not, where it cannot be had.
    private static func source(
        of reject: Reject,
        _ dossier: RunDossier,
        _ invocation: VerbInvocation
    ) -> JSONObject {
        guard reject.segment != nil, let archive = dossier.archive else {
            let command = dossier.stateCommand(of: reject, typedIn: invocation.io.workingFolder)
            return command.map { ["look": .text($0)] } ?? [:]
        }
        do throws(PipelineError) {
            let line = try RejectedLine(reject, in: archive)
            return [
                "bytes": .integer(line.bytes), "text": .text(line.text + (line.isWhole ? "" : "…")),
                "look": .text(line.command),
            ]
        } catch {
            // The rest of the reject is worth showing all the same.
            return ["text": .text("cannot be shown: \(error.message)")]
        }
    }
}
