/// All verbs, in the order of help.
package enum VerbTable {
    /// The verbs that are built.
    package static let verbs: [any Verb.Type] = [
        InitVerb.self, ValidateVerb.self, SchemaVerb.self, DoctorVerb.self,
        PlanVerb.self, RunVerb.self, StatusVerb.self, RunsVerb.self, CutoverVerb.self, RollbackVerb.self,
        PruneVerb.self, RejectsListVerb.self, RejectsShowVerb.self, RejectsAcceptVerb.self,
        StateVerb.self, EventsVerb.self, ArchiveListVerb.self, ArchiveVerifyVerb.self,
        ArchiveGenerateVerb.self,
        HelpVerb.self, VersionVerb.self, CompletionsVerb.self, ManVerb.self,
    ]

    /// Verbs of the interface that a later version brings: typing one says so.
    package static let notBuilt: Set<String> = [
        "backfill", "restore", "migrate", "explain", "drift", "report", "finalize", "archive import",
        "archive append", "archive compact", "archive repair", "archive stats", "archive cat", "archive grep",
    ]

    /// The groups of verbs of two words.
    package static let groups: [String] = {
        var groups: [String] = []
        for verb in verbs {
            guard let group = verb.declaration.group, !groups.contains(group) else { continue }
            groups.append(group)
        }
        return groups
    }()

    /// What the first words of a command line name.
    package enum Found {
        /// A verb, and how many words name it.
        case verb(any Verb.Type, words: Int)
        /// A group alone.
        case group(String)
    }

    /// Finds the verb that words name.
    ///
    /// Throws `command.unknown_verb` with the nearest one, or `command.not_built`.
    package static func find(_ words: ArraySlice<String>) throws(CommandError) -> Found {
        let first = words.first ?? ""
        let second = words.dropFirst().first.flatMap { $0.hasPrefix("-") ? nil : $0 }
        let name = groups.contains(first) ? [first, second].compactMap(\.self).joined(separator: " ") : first
        if let verb = verbs.first(where: { $0.declaration.name == name }) {
            return .verb(verb, words: name == first ? 1 : 2)
        }
        if groups.contains(name) { return .group(name) }
        if notBuilt.contains(name) {
            throw CommandError(
                .notBuilt,
                "`\(name)` is not built yet",
                fix: "`refold help` lists what is",
                usage: toolUsage
            )
        }
        let known = verbs.map { $0.declaration.name } + groups + notBuilt.sorted()
        throw CommandError(
            .unknownVerb,
            "there is no verb `\(name)`",
            fix: didYouMean(nearestWord(to: name, among: known)) ?? "`refold help` lists the verbs",
            usage: toolUsage
        )
    }

    /// How the tool is called.
    package static let toolUsage = "refold VERB [OPTION…] [ARGUMENT…]"
}
