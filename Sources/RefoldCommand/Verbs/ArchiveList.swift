import RefoldArchive
import RefoldBytes
import RefoldModel

/// `refold archive list`: the segments of an archive.
package enum ArchiveListVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive list",
        in: .archive,
        "list the segments of an archive",
        positionals: [.archive],
        options: [.output, .noProgress],
        statuses: [.archiveRefused, .notPermitted],
        examples: [
            .init("refold archive list archive", "List the segments, and those that the catalog lacks.")
        ]
    )

    /// Lists.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let location = invocation.io.absolute(try invocation.arguments.required(0))
        let archive = try Archive.open(at: location, unlisted: .ignore)
        return Answer(text: text(archive), json: json(archive))
    }

    private static func text(_ archive: Archive) -> String {
        var table = TextTable([
            .text("SEGMENT"), .number("BYTES"), .number("LINES"), .number("EVENTS"), .text("FIRST"),
            .text("LAST"),
        ])
        table.rows = archive.segments.map { segment in
            [
                segment.name, grouped(Int(segment.bytes)), count(segment.entry?.lines),
                count(segment.entry?.events),
            ]
                + [segment.entry?.firstTime ?? "—", segment.entry?.lastTime ?? "—"]
        }
        let bytes = archive.segments.reduce(0) { $0 + Int($1.bytes) }
        var text = table.text + "\n\(grouped(archive.segments.count)) segments, \(grouped(bytes)) bytes, "
        text += archive.catalog == nil ? "no catalog\n" : "catalog.json\n"
        text += "digest \(archive.digest.hex)\n"
        for name in archive.unlisted { text += "not in catalog.json: \(name)\n" }
        return text
    }

    private static func json(_ archive: Archive) -> JSONObject {
        [
            "kind": "Archive",
            "digest": .text(archive.digest.hex),
            "segments": .array(archive.segments.map(json)),
            "unlisted": .array(archive.unlisted.map { .text($0) }),
        ]
    }

    private static func json(_ segment: Segment) -> JSONValue {
        .object([
            "path": .text(segment.name),
            "bytes": .integer(segment.bytes),
            "lines": segment.entry?.lines.map { .integer($0) } ?? .null,
            "events": segment.entry?.events.map { .integer($0) } ?? .null,
            "firstTime": segment.entry?.firstTime.map { .text($0) } ?? .null,
            "lastTime": segment.entry?.lastTime.map { .text($0) } ?? .null,
            "identity": .text(segment.identity.hex),
        ])
    }

    private static func count(_ number: Int64?) -> String { number.map { grouped(Int($0)) } ?? "—" }
}
