import RefoldBytes

/// One check of `doctor` and what it found.
struct DoctorFinding: Sendable {
    /// What was checked.
    let check: String
    /// What was found, one line.
    let text: String
    /// Why a run would stop there; nil: it would not.
    let failure: (any Failure)?

    /// A check that found nothing in a run's way.
    init(_ check: String, _ text: String) {
        self.check = check
        self.text = text
        failure = nil
    }

    /// A check that found what would stop a run.
    init(_ check: String, _ error: any Error) {
        self.check = check
        let failure =
            (error as? any Failure)
            ?? CommandError(.unexpected, String(describing: error), fix: CommandError.faultFix)
        self.failure = failure
        text = failure.message
    }

    /// `ok`, or the word of the exit status that a run would end with.
    var word: String { failure.map { ExitStatus($0.kind).word } ?? "ok" }

    /// The finding for scripts.
    var json: JSONValue {
        [
            "check": .text(check), "state": .text(word), "finding": .text(text),
            "code": failure.map { .text($0.code) } ?? .null,
        ]
    }
}
