/// `refold events`: the events of one aggregate.
package enum EventsVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "events",
        in: .archive,
        "print the events of an aggregate in order",
        positionals: [.archive, .key],
        options: [.output, .asOf, .salvage, .readModel] + OptionDeclaration.ofReplays,
        statuses: .ofArchive,
        examples: [
            .init("refold events archive Account/0015g00000XyZAbAAN", "Print the history of one account.")
        ]
    )

    /// Does it.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        throw invocation.notWired()
    }
}
