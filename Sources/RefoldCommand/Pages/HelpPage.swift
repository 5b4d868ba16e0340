/// The help pages, made of the declarations.
package enum HelpPage {
    /// The page of the tool.
    package static func ofTool() -> String {
        var page = """
            refold: rebuilds search read models from event archives

            usage: refold VERB [OPTION…] [ARGUMENT…]
                   refold help [VERB]

            """
        let column = (VerbTable.verbs.map { $0.declaration.name.count }.max() ?? 0) + 4
        for section in VerbDeclaration.Section.allCases {
            let verbs = VerbTable.verbs.map { $0.declaration }.filter { $0.section == section }
            page += "\n\(section.rawValue):\n"
            page += twoColumns(verbs.map { ($0.name, $0.summary) }, column: column)
        }
        page += "\nexit status:\n" + statuses(ExitStatus.allCases, withAdvice: true)
        page += """
              Where a status says nothing of a retry, a person decides.

            `refold help VERB` (or `refold VERB --help`) tells a verb's options and examples.
            `refold man | man -l -` is the manual page.

            """
        return page
    }

    /// The page of a group of verbs.
    package static func ofGroup(_ group: String) -> String {
        let verbs = VerbTable.verbs.map { $0.declaration }.filter { $0.group == group }
        let column = (verbs.map(\.name.count).max() ?? 0) + 4
        return "usage: refold \(group) \(verbs.map(\.word).joined(separator: "|")) [OPTION…] [ARGUMENT…]\n\n"
            + twoColumns(verbs.map { ($0.name, $0.summary) }, column: column)
            + "\n`refold help \(group) VERB` tells a verb's options, ends and examples.\n"
    }

    /// The page of a verb.
    package static func ofVerb(_ verb: VerbDeclaration) -> String {
        var page = wrapped("refold \(verb.name): \(verb.summary)", width: 80).joined(separator: "\n") + "\n\n"
        page += "usage: \(verb.usage)\n"
        for paragraph in verb.details {
            page += "\n" + wrapped(paragraph, width: 80).joined(separator: "\n") + "\n"
        }
        if !verb.positionals.isEmpty {
            let column = (verb.positionals.map(\.name.count).max() ?? 0) + 4
            page += "\narguments:\n"
            page += twoColumns(verb.positionals.map { ($0.name, $0.summary) }, column: column)
        }
        let headings = verb.options.map(\.heading.count).filter { $0 <= 26 }
        page += "\noptions:\n"
        page += twoColumns(verb.options.map { ($0.heading, $0.summary) }, column: (headings.max() ?? 0) + 4)
        if let glossary = verb.glossary {
            let column = (glossary.entries.map(\.word.count).max() ?? 0) + 4
            page += "\n\(glossary.title):\n"
            page += twoColumns(glossary.entries.map { ($0.word, $0.meaning) }, column: column)
        }
        page += "\nexit status:\n" + statuses(verb.statuses, withAdvice: false)
        page += "\nexamples:\n"
        for example in verb.examples {
            let purpose = wrapped(example.purpose, width: 74).joined(separator: "\n      ")
            page += "  \(example.line)\n      \(purpose)\n"
        }
        return page
    }

    private static func statuses(_ statuses: [ExitStatus], withAdvice: Bool) -> String {
        twoColumns(
            statuses.map { status in
                let number =
                    String(repeating: " ", count: max(0, 3 - "\(status.rawValue)".count))
                    + "\(status.rawValue)"
                let advice =
                    withAdvice && ![.nothing, .person].contains(status.advice)
                    ? " (\(status.advice.rawValue))" : ""
                return ("\(number)  \(status.word)", status.meaning + advice)
            },
            column: 22
        )
    }
}
