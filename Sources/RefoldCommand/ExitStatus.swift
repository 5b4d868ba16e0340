public import RefoldBytes

/// How a command ends, as a scheduler sees it.
///
/// One table: it feeds every help page, the manual page, the Markdown reference and the process's exit.
/// Source: MANIFESTS, "Command line".
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// What the manifest asked for is done and read back.
    case done = 0
    /// A fault of refold itself.
    case internalFault = 1
    /// `plan --detailed-exitcode` found work to do.
    case changesPending = 2
    /// Rejects are over their budget.
    case rejectsOverBudget = 3
    /// Sums do not close, a verification failed, or a comparison found differences.
    case verificationFailed = 4
    /// Ready, not swapped.
    case notSwapped = 5
    /// The archive is missing, damaged or refused.
    case archiveRefused = 10
    /// Another run holds the lock.
    case locked = 11
    /// Credentials, TLS or file permissions.
    case notPermitted = 12
    /// The target did not answer within the retry budget.
    case targetUnavailable = 13
    /// Plan, checkpoint, archive or alias is not what it was.
    case moved = 14
    /// Local disk or memory is exhausted.
    case localExhausted = 15
    /// Whether the swap took effect could not be learned.
    case swapAmbiguous = 16
    /// Wrong usage or a wrong manifest.
    case usage = 64
    /// SIGINT ended it.
    case interrupted = 130
    /// SIGTERM ended it.
    case terminated = 143

    /// What a scheduler does with a status.
    public enum Advice: String, Sendable {
        /// Nothing is left to do.
        case nothing = "nothing"
        /// The same command again, later.
        case retry = "retry"
        /// The same command again, once there is room.
        case retryWithRoom = "make room, then retry"
        /// A person decides.
        case person = "call a person"
    }

    /// The fixed word of the status.
    public var word: String { row.word }
    /// What it means, one line.
    public var meaning: String { row.meaning }
    /// What a scheduler does.
    public var advice: Advice { row.advice }

    /// The status of a kind of failure; `signal` tells an interruption's 130 from its 143.
    public init(_ kind: FailureKind, signal: Int32? = nil) {
        self =
            switch kind {
            case .internalFault: .internalFault
            case .rejectsOverBudget: .rejectsOverBudget
            case .verificationFailed: .verificationFailed
            case .notSwapped: .notSwapped
            case .archiveRefused: .archiveRefused
            case .locked: .locked
            case .notPermitted: .notPermitted
            case .targetUnavailable: .targetUnavailable
            case .moved: .moved
            case .localExhausted: .localExhausted
            case .swapAmbiguous: .swapAmbiguous
            case .usage: .usage
            case .interrupted: signal.flatMap { ExitStatus(rawValue: 128 + $0) } ?? .terminated
            }
    }
}

extension ExitStatus {
    private var row: (word: String, meaning: String, advice: Advice) {
        switch self {
        case .done: ("done", "what the manifest asked for is done and read back", .nothing)
        case .internalFault: ("internal", "a fault of refold itself", .retry)
        case .changesPending: ("pending", "plan --detailed-exitcode: changes are pending", .person)
        case .rejectsOverBudget: ("rejects", "rejects, gaps or marks over budget, not swapped", .person)
        case .verificationFailed:
            ("verification", "sums do not close, verification failed, or differences found", .person)
        case .notSwapped: ("held", "ready, not swapped: the alias is held, or a hook said no", .person)
        case .archiveRefused: ("archive", "the archive is missing, damaged or refused", .person)
        case .locked: ("locked", "another run holds the lock", .retry)
        case .notPermitted: ("permission", "not permitted: credentials, TLS, file permissions", .person)
        case .targetUnavailable: ("target", "target unavailable after the retry budget", .retry)
        case .moved: ("moved", "plan, checkpoint, archive or alias is not what it was", .person)
        case .localExhausted: ("local", "local disk or memory exhausted", .retryWithRoom)
        case .swapAmbiguous: ("ambiguous", "whether the swap took effect is not known", .person)
        case .usage: ("usage", "wrong usage or a wrong manifest", .person)
        case .interrupted: ("interrupted", "stopped by SIGINT, a checkpoint stands", .retry)
        case .terminated: ("terminated", "stopped by SIGTERM, a checkpoint stands", .retry)
        }
    }
}
