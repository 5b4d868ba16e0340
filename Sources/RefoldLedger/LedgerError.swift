public import RefoldBytes
import RefoldSQLite

/// A failure of the ledger or of a lock.
public struct LedgerError: Failure {
    /// The fixed words.
    public enum Code: String, Sendable, CaseIterable {
        /// The state folder or a lock file may not be read or written.
        case notPermitted = "ledger.not_permitted"
        /// The disk under the state folder is full.
        case full = "ledger.full"
        /// The ledger is not as refold wrote it.
        case damaged = "ledger.damaged"
        /// A newer refold wrote the ledger.
        case newer = "ledger.newer"
        /// Another process holds the lock.
        case locked = "ledger.locked"
        /// No such run, or a prefix that fits several.
        case unknownRun = "ledger.unknown_run"
        /// The state folder cannot be used for another reason.
        case unavailable = "ledger.unavailable"
    }
    /// The fixed word.
    public var reason: Code
    /// What went wrong.
    public var message: String
    /// The file.
    public var place: String?
    /// Why.
    public var cause: String?
    /// What mends it.
    public var fix: String?

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
        case .notPermitted: .notPermitted
        case .full: .localExhausted
        case .damaged, .newer: .moved
        case .locked: .locked
        case .unknownRun: .usage
        case .unavailable: .internalFault
        }
    }
}

extension LedgerError {
    /// What SQLite reported, as the ledger's trouble.
    init(_ error: SQLiteError) {
        let place = error.place
        switch error.reason {
        case .busy:
            self.init(
                .locked,
                "another process is writing the ledger",
                place: place,
                cause: error.cause,
                fix: "wait for it and run the same command again"
            )
        case .full:
            self.init(
                .full,
                "the disk under the state folder is full",
                place: place,
                cause: error.cause,
                fix: "make room, or choose another folder with --state-dir, then run the same command again"
            )
        case .notPermitted:
            self.init(
                .notPermitted,
                "the ledger cannot be written",
                place: place,
                cause: error.cause,
                fix: LedgerError.chooseFolder
            )
        case .damaged, .constraint, .statement:
            self = .damage(at: place, cause: error.cause)
        case .cannotOpen, .io, .tooBig, .other:
            self.init(
                .unavailable,
                "the ledger cannot be used",
                place: place,
                cause: error.cause,
                fix: "check the folder and its disk, or choose another one with --state-dir"
            )
        }
    }

    /// The ledger holds what refold did not write.
    static func damage(at place: String?, cause: String?) -> LedgerError {
        LedgerError(
            .damaged,
            "the ledger is damaged",
            place: place,
            cause: cause,
            fix:
                "move ledger.db away, then run again: what serves is read from the target, and the run starts afresh; until "
                + "then every command that reads this ledger ends here"
        )
    }

    /// How a folder is chosen.
    static let chooseFolder =
        "give this user the right to write there, or choose another folder with --state-dir"
}
