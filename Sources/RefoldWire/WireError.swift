public import RefoldBytes

/// A request that brought no answer, and how far it is known to have come.
public struct WireError: Failure {
    /// The fixed words.
    public enum Code: String, Sendable, CaseIterable {
        /// The address is none, or the manifest's options do not go together.
        case address = "wire.address"
        /// The host has no address, does not listen, or did not answer in time.
        case unreachable = "wire.unreachable"
        /// The connection was lost, or the answer did not come in time.
        case lost = "wire.lost"
        /// TLS does not come about, or the certificate does not verify.
        case tls = "wire.tls"
        /// The answer is longer than any that is expected.
        case tooLong = "wire.too_long"
        /// The task that waited was cancelled.
        case cancelled = "wire.cancelled"
        /// libcurl is short of memory or fails in a way that has no name here.
        case fault = "wire.fault"
    }
    /// How far the request came.
    public enum Progress: Sendable, Hashable {
        /// No byte of it left: it has no effect.
        case notSent
        /// It may have had its effect.
        case unanswered
    }
    /// The fixed word.
    public var reason: Code
    /// How far the request came.
    public var progress: Progress
    /// What went wrong.
    public var message: String
    /// The address, without credentials.
    public var place: String?
    /// Why.
    public var cause: String?
    /// What mends it.
    public var fix: String?

    /// All parts.
    public init(
        _ reason: Code,
        _ message: String,
        progress: Progress = .notSent,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        self.reason = reason
        self.progress = progress
        self.message = message
        self.place = place
        self.cause = cause
        self.fix = fix
    }

    /// The fixed word as text.
    public var code: String { reason.rawValue }

    /// The kind of each word.
    public var kind: FailureKind {
        switch reason {
        case .address: .usage
        case .unreachable, .lost, .tooLong: .targetUnavailable
        case .tls: .notPermitted
        case .cancelled: .interrupted
        case .fault: .internalFault
        }
    }

    /// Whether the same request may succeed later.
    public var isPassing: Bool {
        switch reason {
        case .unreachable, .lost: true
        case .address, .tls, .tooLong, .cancelled, .fault: false
        }
    }
}
