import RefoldArchive
import RefoldBytes

/// `refold archive generate`: makes an archive of invented events.
package enum ArchiveGenerateVerb: Verb {
    private static let seed = OptionDeclaration(
        "seed",
        value: .count("N", 0...Int.max),
        "seed of the invention (default: 1)"
    )
    private static let events = OptionDeclaration(
        "events",
        value: .count("N", 1...1_000_000_000),
        "how many events (default: 5000)"
    )
    private static let segments = OptionDeclaration(
        "segments",
        value: .count("N", 1...100_000),
        "over how many segments (default: 4)"
    )
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive generate",
        in: .archive,
        "make an archive of invented Salesforce events, the same bytes for the same seed",
        positionals: [
            PositionalDeclaration("FOLDER", "the new archive's folder; it may hold no other archive")
        ],
        options: [.output, seed, events, segments, .noProgress],
        statuses: [.archiveRefused, .notPermitted],
        examples: [
            .init(
                "refold archive generate archive --seed 7 --events 5000 --segments 4",
                "Make a small archive."
            )
        ]
    )

    /// Generates.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let arguments = invocation.arguments
        let typed = try arguments.required(0)
        let generator = ArchiveGenerator(
            seed: UInt64(arguments.count(seed) ?? 1),
            size: .events(arguments.count(events) ?? 5000),
            segments: arguments.count(segments) ?? 4
        )
        let catalog = try generator.write(into: invocation.io.absolute(typed))
        let bytes = catalog.segments.reduce(0) { $0 + ($1.bytes ?? 0) }
        let lines = catalog.segments.reduce(0) { $0 + ($1.lines ?? 0) }
        let next = "refold init \(typed)"
        return Answer(
            text: "\(grouped(catalog.segments.count)) segments, \(grouped(Int(lines))) lines, "
                + "\(grouped(Int(bytes))) bytes in \(typed)\nnext: \(next)\n",
            json: [
                "kind": "ArchiveGeneration", "folder": .text(typed), "lines": .integer(lines),
                "bytes": .integer(bytes), "segments": .array(catalog.segments.map { .text($0.path) }),
                "next": .text(next),
            ]
        )
    }
}
