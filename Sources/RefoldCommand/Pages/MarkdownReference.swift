/// The reference of the command line in Markdown, made of the declarations.
package enum MarkdownReference {
    /// The whole reference.
    package static func text() -> String {
        "## Exit status\n\n" + exitStatuses() + "\n## Error codes\n\n" + errorCodes() + "\n## Verbs\n"
            + VerbTable.verbs.map { entry($0.declaration) }.joined()
    }

    /// The table of exit statuses.
    package static func exitStatuses() -> String {
        "| status | word | meaning | what a scheduler does |\n|---:|---|---|---|\n"
            + ExitStatus.allCases.map { status in
                "| \(status.rawValue) | \(status.word) | \(status.meaning) | \(status.advice.rawValue) |\n"
            }
            .joined()
    }

    /// The table of the words that stand in brackets behind a message, by the status that they end with.
    package static func errorCodes() -> String {
        "| status | codes |\n|---:|---|\n"
            + ExitStatus.allCases.map { status in
                let codes = KnownCode.all.filter { $0.status == status }.map { "`\($0.code)`" }
                return codes.isEmpty ? "" : "| \(status.rawValue) | \(codes.joined(separator: ", ")) |\n"
            }
            .joined()
    }

    private static func entry(_ verb: VerbDeclaration) -> String {
        var text =
            "\n### `\(verb.usage)`\n\n\(verb.summary.prefix(1).uppercased() + verb.summary.dropFirst()).\n"
        for paragraph in verb.details { text += "\n\(paragraph)\n" }
        text += "\n| | |\n|---|---|\n"
        for positional in verb.positionals { text += row(positional.notation, positional.summary) }
        for option in verb.options {
            text += row(trimmedAtStart(option.heading), option.summary)
        }
        if let glossary = verb.glossary {
            text += "\n| \(glossary.title) | |\n|---|---|\n"
            for entry in glossary.entries { text += row(entry.word, entry.meaning) }
        }
        for example in verb.examples { text += "\n\(example.purpose)\n\n```sh\n\(example.line)\n```\n" }
        return text
    }

    private static func row(_ heading: String, _ text: String) -> String {
        // A bar inside a cell would end it.
        "| `\(heading.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|"))` | \(text) |\n"
    }

    private static func trimmedAtStart(_ text: String) -> String { String(text.drop { $0 == " " }) }
}
