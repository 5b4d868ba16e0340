import RefoldBytes
import RefoldPipeline

/// `refold rejects list`: what a run set aside.
package enum RejectsListVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects list",
        in: .run,
        "list what a run set aside, with place and reason",
        positionals: [.run],
        options: [.output] + OptionDeclaration.ofJobs,
        glossary: .rejectWords,
        statuses: [.notPermitted],
        examples: [
            .init("refold rejects list manifests/rebuild.yaml", "List the rejects of the job's latest run.")
        ]
    )

    /// Lists: a table, or one object a line.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let rejects = try await TargetCall(invocation).requiredDossier().rejects()
        guard !invocation.writesJSON else {
            for reject in rejects {
                try invocation.io.stdout.write(reject.json.canonical.bytes + [UInt8(ascii: "\n")])
            }
            return .written()
        }
        var table = TextTable([
            .number("#"), .text("SEGMENT"), .number("LINE"), .text("KEY"), .text("WHY"), .text("ACCEPTED"),
        ])
        table.rows = rejects.map { listed in
            let reject = listed.reject
            return [String(listed.number), reject.segment ?? reject.readModel ?? "—"]
                + [
                    reject.line.map(String.init) ?? "—", reject.key ?? "—", reject.why,
                    listed.accepted ?? "—",
                ]
        }
        return Answer(text: table.text)
    }
}
