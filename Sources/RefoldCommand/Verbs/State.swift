import RefoldBytes
import RefoldPipeline

/// `refold state`: the folded state of one aggregate, or of all.
package enum StateVerb: Verb {
    private static let all = OptionDeclaration("all", "every aggregate of the archive")
    private static let rejects = OptionDeclaration(
        "rejects",
        value: .path("FILE"),
        "with `--all`, write rejects there, one a line"
    )
    private static let report = OptionDeclaration(
        "report",
        value: .path("FILE"),
        "with `--all`, write counts, notes and marks there"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "state",
        in: .archive,
        "print the folded state of an aggregate, or of all",
        details: [
            "One line of canonical JSON for each aggregate, sorted by key, with either `--output`. The whole archive is "
                + "read. A damaged one is refused and prints nothing, unless `--salvage` leaves its damage out. Rejects "
                + "do not change the exit status: they go where `--rejects` says.",
            "A Salesforce id of 15 characters is completed. A key that the archive does not have is wrong usage, exit 64.",
        ],
        positionals: [
            .archive,
            PositionalDeclaration("KEY", PositionalDeclaration.key.summary, .optional, offer: .nothing),
        ],
        options: [.output, all, .asOf, .salvage, rejects, report, .readModel] + OptionDeclaration.ofReplays,
        statuses: .ofArchive,
        examples: [
            .init("refold state archive Account/0015g00000XyZAbAAN", "Print the state of one account."),
            .init("refold state --all archive --as-of 'yesterday 18:00'", "Print all states as of a time."),
        ],
        drains: true
    )

    /// Folds, then prints.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        var call = try ArchiveCall(invocation)
        call.request.only = try call.chosen()
        try check(invocation.arguments, hasKey: call.request.only != nil)
        let files = [rejects, report].compactMap {
            invocation.arguments.value($0).map(invocation.io.absolute)
        }
        for file in files { try OutputFile.check(file) }
        // All of it while the work folder is there: what memory does not hold of the lines lies in it.
        try await call.withFold(keepsHistory: true) { request, engine, progress in
            let audit = try await StateAudit(request, engine: engine, progress: progress)
            try write(invocation.arguments.value(rejects), invocation) { audit.rejects }
            try write(invocation.arguments.value(report), invocation) { audit.report.indented }
            invocation.tell(
                rejects: audit.rejectCount,
                listedBy: request.only == nil ? rejects : nil,
                salvageRemarks: audit.salvageRemarks
            )
            try audit.forEachLine { try invocation.io.stdout.write($0.bytes + [UInt8(ascii: "\n")]) }
        }
        return .written()
    }

    private static func write(
        _ path: String?,
        _ invocation: VerbInvocation,
        _ bytes: () -> [UInt8]
    ) throws(CommandError) {
        guard let path else { return }
        try OutputFile.write(bytes(), to: invocation.io.absolute(path), replacing: true)
    }

    /// Throws `command.argument` when the words do not say one thing.
    private static func check(_ arguments: ParsedArguments, hasKey: Bool) throws(CommandError) {
        let wantsAll = arguments.has(all)
        guard hasKey != wantsAll else {
            throw CommandError(
                .argument,
                hasKey ? "`--all` and KEY exclude each other" : "`state` needs KEY, or `--all`",
                fix: "write Entity#id for one aggregate, or --all for every one",
                usage: arguments.verb.usage
            )
        }
        for option in [rejects, report] where hasKey && arguments.has(option) {
            throw CommandError(
                .argument,
                "`\(option.typed)` needs `--all`",
                fix: "add --all, or leave \(option.typed) out",
                usage: arguments.verb.usage
            )
        }
    }
}
