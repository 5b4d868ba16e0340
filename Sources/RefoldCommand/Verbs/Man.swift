/// `refold man`: the manual page.
package enum ManVerb: Verb {
    private static let markdown = OptionDeclaration("markdown", "print the same reference in Markdown")

    /// Its words.
    package static let declaration = VerbDeclaration(
        "man",
        in: .tool,
        "print the manual page",
        options: [markdown],
        examples: [.init("refold man | man -l -", "Read the manual page.")]
    )

    /// Prints the page.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        Answer(text: invocation.arguments.has(markdown) ? MarkdownReference.text() : ManualPage.text())
    }
}
