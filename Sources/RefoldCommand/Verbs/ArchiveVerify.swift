import RefoldArchive
import RefoldBytes
import RefoldModel

/// `refold archive verify`: reads every byte and checks every checksum.
package enum ArchiveVerifyVerb: Verb {
    /// Its words.
    package static let declaration = VerbDeclaration(
        "archive verify",
        in: .archive,
        "read every segment to its end and check digests, checksums and counts",
        details: ["Tells every problem, not only the first."],
        positionals: [.archive],
        options: [.output, .noProgress],
        statuses: .ofArchive,
        examples: [.init("refold archive verify archive", "Check the whole archive.")]
    )

    /// Verifies.
    package static func run(_ invocation: VerbInvocation) async throws -> Answer {
        let location = invocation.io.absolute(try invocation.arguments.required(0))
        let archive = try Archive.open(at: location, unlisted: .ignore)
        let reports = archive.segments.map { segment in
            invocation.diagnostics.progress(
                phase: "verify",
                "verify \(segment.index + 1) of \(archive.segments.count): \(segment.name)"
            )
            return segment.verify()
        }
        invocation.diagnostics.endProgress()
        let problems = reports.flatMap(\.problems)
        let isDamaged = problems.contains { $0.kind == .archiveRefused }
        return Answer(
            problems.first.map { isDamaged ? .archiveRefused : ExitStatus($0.kind) } ?? .done,
            text: text(reports, archive),
            json: json(reports, archive),
            failures: problems
        )
    }

    private static func text(_ reports: [SegmentReport], _ archive: Archive) -> String {
        var table = TextTable([
            .text("SEGMENT"), .number("BYTES"), .number("FRAMES"), .number("RAW BYTES"), .number("LINES"),
            .text("STATE"),
        ])
        table.rows = reports.map { report in
            [report.segment.name, grouped(Int(report.segment.bytes)), grouped(Int(report.frames))]
                + [grouped(Int(report.rawBytes)), grouped(Int(report.lines)), state(report)]
        }
        let whole = reports.count { $0.problems.isEmpty }
        var text = table.text + "\n\(grouped(whole)) of \(grouped(reports.count)) segments are whole\n"
        for name in archive.unlisted { text += "not in catalog.json: \(name)\n" }
        return text
    }

    private static func json(_ reports: [SegmentReport], _ archive: Archive) -> JSONObject {
        [
            "kind": "ArchiveVerification",
            "segments": .array(reports.map(json)),
            "unlisted": .array(archive.unlisted.map { .text($0) }),
        ]
    }

    private static func json(_ report: SegmentReport) -> JSONValue {
        .object([
            "path": .text(report.segment.name),
            "bytes": .integer(report.segment.bytes),
            "frames": .integer(report.frames),
            "rawBytes": .integer(report.rawBytes),
            "lines": .integer(report.lines),
            "sha256": report.sha256.map { .text($0.hex) } ?? .null,
            "problems": .array(report.problems.map { FailureReport($0, signal: nil).json }),
        ])
    }

    private static func state(_ report: SegmentReport) -> String { report.problems.first?.code ?? "whole" }
}
