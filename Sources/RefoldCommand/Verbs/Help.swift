/// `refold help`: the help pages.
package enum HelpVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "help",
        in: .tool,
        "print the help of the tool or of a verb",
        positionals: [
            PositionalDeclaration("VERB", "a verb, or a group such as `archive`", .any, offer: .verbs)
        ],
        examples: [.init("refold help rejects accept", "Tell what `rejects accept` takes.")]
    )

    /// Prints a page.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let words = invocation.arguments.positionals
        guard !words.isEmpty else { return Answer(text: HelpPage.ofTool()) }
        switch try VerbTable.find(words[...]) {
        case .group(let group): return Answer(text: HelpPage.ofGroup(group))
        case .verb(let verb, let count):
            guard words.count <= count else {
                throw CommandError(
                    .argument,
                    "`\(words[count])` follows no verb",
                    fix: "`refold help` lists the verbs",
                    usage: declaration.usage
                )
            }
            return Answer(text: HelpPage.ofVerb(verb.declaration))
        }
    }
}
