/// `refold completions`: the script that teaches a shell the verbs and options.
package enum CompletionsVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "completions",
        in: .tool,
        "print the completion script of a shell",
        positionals: [
            PositionalDeclaration("SHELL", "bash, zsh or fish", offer: .words(["bash", "zsh", "fish"]))
        ],
        examples: [
            .init("source <(refold completions bash)", "Complete verbs and options in this bash."),
            .init("refold completions fish > ~/.config/fish/completions/refold.fish", "In every fish."),
        ]
    )

    /// Prints the script.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        switch try invocation.arguments.required(0) {
        case "bash": Answer(text: BashCompletion.script())
        case "zsh": Answer(text: ZshCompletion.script())
        default: Answer(text: FishCompletion.script())
        }
    }
}
