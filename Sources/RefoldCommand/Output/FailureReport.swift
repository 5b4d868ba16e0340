package import RefoldBytes
import RefoldManifest
import RefoldPipeline

/// A failure as people and scripts read it.
///
/// Source: STYLE, "Messages"; MANIFESTS, "Command line" (the last line of stderr in JSON).
package struct FailureReport: Sendable {
    /// The fixed word.
    package let code: String
    /// How the command ends.
    package let status: ExitStatus
    private let message: String
    private let place: String?
    private let cause: String?
    private let fix: String?
    private let usage: String?
    private let next: String?
    /// A manifest's problems come with line and caret, all at once.
    private let problems: String?

    /// Of any error; one that no room made is a fault.
    package init(_ error: any Error, signal: Int32?) {
        let failure = (error as? any Failure) ?? FailureReport.unforeseen(error)
        code = failure.code
        status = ExitStatus(failure.kind, signal: signal)
        message = failure.message
        place = failure.place
        cause = failure.cause
        fix = failure.fix
        usage = (failure as? CommandError)?.usage
        next = (failure as? PipelineError)?.next
        problems = (failure as? ManifestError)?.rendered
    }

    private static func unforeseen(_ error: any Error) -> any Failure {
        if error is CancellationError {
            return CommandError(
                .interrupted,
                "stopped by a second signal",
                fix: "run the same command: it goes on"
            )
        }
        return CommandError(
            .unexpected,
            "something failed that refold has no word for",
            cause: String(describing: error),
            fix: CommandError.faultFix
        )
    }

    /// The lines of the text form, each ended.
    package func text(coloured: Bool = false) -> String {
        if let problems { return problems + "\n" }
        let head = "error: \(message)"
        let blanks = String(repeating: " ", count: max(2, 74 - head.count))
        var text = coloured ? "\u{1B}[1;31merror:\u{1B}[0m \(message)" : head
        text += "\(blanks)[\(code)]\n"
        for (label, value) in [
            ("where", place), ("cause", cause), ("fix", fix), ("usage", usage), ("next", next),
        ] {
            guard let value else { continue }
            let name = " \(label): "
            let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
            text += name + String(repeating: " ", count: max(0, 8 - name.count))
            text += lines.joined(separator: "\n        ") + "\n"
        }
        return text
    }

    /// The JSON form.
    package var json: JSONValue {
        .object([
            "kind": "Error",
            "code": .text(code),
            "exit": .integer(status.rawValue),
            "message": .text(message),
            "where": place.map { .text($0) } ?? .null,
            "cause": cause.map { .text($0) } ?? .null,
            "fix": fix.map { .text($0) } ?? .null,
            "next": next.map { .text($0) } ?? .null,
        ])
    }
}
