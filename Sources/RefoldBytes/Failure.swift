/// What kind of trouble a failure is, as a scheduler sees it; the command line maps each kind to one exit status.
public enum FailureKind: String, Sendable, CaseIterable {
    /// A fault of refold itself.
    case internalFault
    /// Rejects, gap events or entity marks are over their budget.
    case rejectsOverBudget
    /// Sums do not close, a verification failed, or a comparison found differences.
    case verificationFailed
    /// Ready, not swapped: the alias is held, or a hook said no.
    case notSwapped
    /// The archive is missing, damaged or refused.
    case archiveRefused
    /// Another run holds the lock.
    case locked
    /// Credentials, TLS or file permissions.
    case notPermitted
    /// The target did not answer within its retry budget, is full, or is not healthy.
    case targetUnavailable
    /// Plan, checkpoint, archive, index or alias is not what it was.
    case moved
    /// Local disk or memory is exhausted.
    case localExhausted
    /// Whether the swap took effect could not be learned.
    case swapAmbiguous
    /// Wrong usage or a wrong manifest.
    case usage
    /// A signal ended the run; a checkpoint stands.
    case interrupted
}

/// An error that says what went wrong, where, why, and what mends it.
///
/// Each module has one `XError` struct of this shape. No description holds a secret or an event's body.
public protocol Failure: Error, Sendable, CustomStringConvertible {
    /// The kind, which decides the exit status.
    var kind: FailureKind { get }
    /// A fixed word such as `archive.checksum`, usable as a metric label.
    var code: String { get }
    /// What went wrong, one line, without the place.
    var message: String { get }
    /// Where: a file, a line, an index, an offset.
    var place: String? { get }
    /// Why, as far as it is known.
    var cause: String? { get }
    /// The next step for the person who reads this.
    var fix: String? { get }
}

extension Failure {
    /// The message with its code and place, for logs and test output.
    public var description: String {
        var text = "\(message) [\(code)]"
        if let place { text += " at \(place)" }
        if let cause { text += ": \(cause)" }
        return text
    }
}
