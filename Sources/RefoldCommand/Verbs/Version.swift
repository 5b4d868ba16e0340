import RefoldBytes

/// `refold version`: which refold this is.
package enum VersionVerb: Verb {
    /// The version of the command line and of the manifests that it reads.
    package static let version = "0.1.0"
    /// The day of the version, for the manual page.
    package static let day = "2026-11-24"

    /// Its words.
    package static let declaration = VerbDeclaration(
        "version",
        in: .tool,
        "print the version",
        options: [.output],
        examples: [.init("refold version", "Print the version.")]
    )

    static var answer: Answer {
        Answer(text: "refold \(version)\n", json: ["kind": "Version", "version": .text(version)])
    }

    /// Prints the version.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer { answer }
}
