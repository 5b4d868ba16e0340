public import RefoldBytes

/// A failure at the target.
public struct IndexError: Failure {
    /// The fixed words.
    public enum Code: String, Sendable, CaseIterable {
        /// The target's file or host cannot be used.
        case unavailable = "index.unavailable"
        /// Not permitted.
        case notPermitted = "index.not_permitted"
        /// The definition cannot be made into an index.
        case refused = "index.refused"
        /// The name belongs to another run or another owner.
        case exists = "index.exists"
        /// The index is not the one that was made.
        case replaced = "index.replaced"
        /// The query is not understood here.
        case query = "index.query"
        /// The target's disk is full or it is blocked.
        case full = "index.full"
        /// What the target holds is not what refold writes.
        case damaged = "index.damaged"
        /// Reading an index was cut off and has to begin anew.
        case scanLost = "index.scan_lost"
        /// The run shall stop.
        case interrupted = "index.interrupted"
    }
    /// The fixed word.
    public var reason: Code
    /// What went wrong.
    public var message: String
    /// The index, alias or file.
    public var place: String?
    /// Why.
    public var cause: String?
    /// What mends it.
    public var fix: String?
    /// The dotted path of the field that a refused definition has wrong.
    public var field: String?
    /// The parameter of that field.
    public var parameter: String?

    /// All parts.
    public init(
        _ reason: Code,
        _ message: String,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        self.reason = reason
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
        case .unavailable, .full, .scanLost: .targetUnavailable
        case .notPermitted: .notPermitted
        case .refused, .query: .usage
        case .exists, .replaced: .moved
        case .damaged: .verificationFailed
        case .interrupted: .interrupted
        }
    }
}

extension IndexError {
    /// An index that was there before.
    static func gone(_ name: String, cause: String? = nil) -> IndexError {
        IndexError(
            .replaced,
            "index '\(name)' is not there any more",
            place: name,
            cause: cause,
            fix: freshFix
        )
    }

    /// What can be done when the index that was begun is not the one that is there.
    static let freshFix = "run the same command with --fresh: it makes a new index"
}
