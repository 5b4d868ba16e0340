internal import CSQLite
public import RefoldBytes

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A failure of SQLite, with its extended result code; bound values never stand in it.
///
/// What a full disk or a missing file means for a run is decided by the room above: the same code is the ledger's
/// trouble or the target's.
public struct SQLiteError: Failure {
    /// The fixed words.
    public enum Code: String, Sendable, CaseIterable {
        /// Another connection holds the lock longer than the busy timeout.
        case busy = "sqlite.busy"
        /// The disk is full.
        case full = "sqlite.full"
        /// The file or its folder may not be read or written.
        case notPermitted = "sqlite.not_permitted"
        /// The file cannot be opened or made.
        case cannotOpen = "sqlite.cannot_open"
        /// The file is no SQLite database, or a damaged one.
        case damaged = "sqlite.damaged"
        /// A unique or check constraint refuses a row.
        case constraint = "sqlite.constraint"
        /// A value is larger than SQLite takes.
        case tooBig = "sqlite.too_big"
        /// Reading or writing the file failed.
        case io = "sqlite.io"
        /// The statement is wrong, or speaks of a table that is not there.
        case statement = "sqlite.statement"
        /// Anything else.
        case other = "sqlite.other"
    }
    /// The fixed word.
    public var reason: Code
    /// SQLite's extended result code.
    public var extendedCode: Int32
    /// What went wrong.
    public var message: String
    /// The database file.
    public var place: String?
    /// SQLite's own words.
    public var cause: String?
    /// What mends it.
    public var fix: String?

    /// The fixed word as text.
    public var code: String { reason.rawValue }

    /// The kind, where the room above does not say otherwise.
    public var kind: FailureKind {
        switch reason {
        case .busy: .locked
        case .full: .localExhausted
        case .notPermitted: .notPermitted
        case .cannotOpen, .io: .targetUnavailable
        case .damaged: .verificationFailed
        case .constraint, .tooBig, .statement, .other: .internalFault
        }
    }
}

extension SQLiteError {
    /// What a result code says, with the file's name and the words of the connection it came from.
    ///
    /// `fault` is what the system said, where the caller knows it better than SQLite.
    init(
        resultCode: Int32,
        of database: OpaquePointer?,
        place: String,
        doing message: String,
        _ fault: SystemFault? = nil
    ) {
        let systemError = fault?.number ?? database.map { sqlite3_system_errno($0) } ?? 0
        extendedCode = resultCode
        reason = Code(resultCode: resultCode, systemError: systemError)
        self.message = message
        self.place = place
        var words = [String(cString: sqlite3_errstr(resultCode))]
        // A failure that refold found itself has no words of the connection.
        if let database, sqlite3_errcode(database) != SQLITE_OK {
            words.append(String(cString: sqlite3_errmsg(database)))
        }
        if systemError != 0, reason.comesFromTheSystem {
            words.append(SystemFault(systemError).words)
        }
        var seen: Set<String> = []
        cause = words.filter { seen.insert($0).inserted }.joined(separator: ": ") + " (SQLite \(resultCode))"
        fix = reason.fix(place)
    }
}

extension SQLiteError.Code {
    init(resultCode: Int32, systemError: Int32) {
        // The low byte is the primary code. A file that may not be opened has no code of its own: errno tells.
        let system = SystemFault(systemError).kind
        switch resultCode & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_FULL: self = .full
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: self = .notPermitted
        case SQLITE_CANTOPEN: self = system == .notPermitted ? .notPermitted : .cannotOpen
        case SQLITE_IOERR:
            self =
                switch system {
                case .full: .full
                case .notPermitted: .notPermitted
                case .missing, .exhausted, .other: .io
                }
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damaged
        case SQLITE_CONSTRAINT: self = .constraint
        case SQLITE_TOOBIG: self = .tooBig
        case SQLITE_ERROR, SQLITE_SCHEMA, SQLITE_RANGE: self = .statement
        default: self = .other
        }
    }

    /// Whether errno belongs to this failure; for others it is left over from an older call.
    var comesFromTheSystem: Bool {
        switch self {
        case .cannotOpen, .notPermitted, .io, .full: true
        default: false
        }
    }

    func fix(_ path: String) -> String? {
        switch self {
        case .busy: "end the other process, or wait for it, and run the same command again"
        case .full: "make room on the disk, then run the same command again"
        case .notPermitted:
            "let this user write \(path) and the folder it lies in (a read-only mount and a service's ProtectSystem "
                + "forbid it too), or name another file"
        case .cannotOpen: "check that the folder of \(path) exists and that the path is a file"
        case .damaged, .constraint, .statement:
            "restore the file from a copy, or move it away so that a new one is made"
        case .io: "check the disk"
        case .tooBig: "leave large values out of what is written"
        case .other: "check the file and its disk, then run the same command again"
        }
    }
}
