import RefoldBytes
import RefoldPipeline

/// `refold rejects list`: what a run set aside.
package enum RejectsListVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "rejects list",
        in: .run,
        "list what a run set aside, with place and reason",
        details: [
            "A line of the archive has a segment and a line, a refused document a read model, a key and, when one is to "
                + "blame, a field. Below the list those with equal reason, field and read model are counted, each group "
                + "with an example; of a group the list shows the first ten. With `--output json`, one object a line for every "
                + "reject, and nothing at all when there is none."
        ],
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
        return Answer(text: RejectListing(rejects).text)
    }
}
