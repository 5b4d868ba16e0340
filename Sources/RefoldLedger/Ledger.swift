import RefoldBytes
import RefoldSQLite

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The durable record of runs, their effects, checkpoints and rejects: one SQLite file in the state folder.
///
/// Every method's effect is durable when it returns, and whole after a kill at any instant: each is one transaction
/// under a rollback journal with `synchronous=FULL`. Isolation: an actor, touched a few times a second at most.
package actor Ledger {
    /// The state folder.
    package nonisolated let folder: String
    let connection: Connection
    private static let version: Int64 = 1

    /// Opens the ledger of a state folder, making both if they are not there, and checks that it is whole.
    ///
    /// Throws `ledger.damaged` for a file that is not as refold wrote it.
    package init(folder: String) throws(LedgerError) {
        try Ledger.make(folder: folder)
        self.folder = folder
        do { connection = try Connection(path: folder + "/ledger.db", mode: .create) } catch {
            throw LedgerError(error)
        }
        do { try Ledger.prepare(connection) } catch { throw LedgerError(error) }
        try Ledger.check(connection)
    }

    /// The ledger of a state folder for somebody who only looks; nil when there is none yet.
    ///
    /// Nothing is made and no right to write is needed, unless a write that was cut off must be undone first.
    package static func toLookAt(folder: String) throws(LedgerError) -> Ledger? {
        let path = folder + "/ledger.db"
        if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return nil }
        let connection: Connection
        do {
            connection = try Connection.toLookAt(path: path)
            // A file that its first run has not filled yet.
            if try connection.integer("PRAGMA user_version") == 0 { return nil }
        } catch {
            guard error.reason == .notPermitted else { throw LedgerError(error) }
            throw LedgerError(
                .notPermitted,
                "the ledger cannot be read",
                place: path,
                cause: [error.message, error.cause].compactMap(\.self).joined(separator: ": "),
                fix: "give this user the right to read it, or choose another folder with --state-dir"
            )
        }
        return try Ledger(folder: folder, connection)
    }

    private init(folder: String, _ connection: sending Connection) throws(LedgerError) {
        self.folder = folder
        self.connection = connection
        try Ledger.check(connection)
    }

    /// Makes a folder with its parents; private to the user, since rejects may name ids.
    package static func make(folder: String) throws(LedgerError) {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, 0o700) != 0, errno != EEXIST, errno != EISDIR else { continue }
            let fault = SystemFault(errno)
            // A parent that exists may answer EACCES or EROFS to mkdir: what counts is whether it is there.
            if access(path, F_OK) == 0 { continue }
            throw LedgerError(
                fault.kind == .full ? .full : .notPermitted,
                "the state folder cannot be made",
                place: folder,
                cause: fault.words,
                fix: LedgerError.chooseFolder
            )
        }
        guard access(folder, R_OK | W_OK | X_OK) == 0 else {
            throw LedgerError(
                .notPermitted,
                "the state folder cannot be written",
                place: folder,
                cause: SystemFault(errno).words,
                fix: LedgerError.chooseFolder
            )
        }
    }

    /// Ends use of the file.
    package func close() throws(LedgerError) {
        do { try connection.close() } catch { throw LedgerError(error) }
    }

    /// Runs one transaction.
    func write<R>(_ body: (Connection) throws(SQLiteError) -> R) throws(LedgerError) -> R {
        do {
            return try connection.transaction(.immediate) { () throws(SQLiteError) in try body(connection) }
        } catch { throw LedgerError(error) }
    }

    /// Reads rows, each checked against its seal: the last column is the seal, the ones before are sealed.
    func rows<Row>(
        _ sql: String,
        _ values: [SQLValue] = [],
        columns: [ColumnKind],
        _ make: ([SQLValue]) -> Row?
    ) throws(LedgerError) -> [Row] {
        let read: [(values: [SQLValue], seal: Int64)]
        do {
            read = try connection.withStatement(sql) { (statement) throws(SQLiteError) in
                try statement.bind(values)
                var read: [(values: [SQLValue], seal: Int64)] = []
                while try statement.step() {
                    let row = columns.enumerated().map { $1.read(statement, $0) }
                    read.append((row, statement.integer(columns.count)))
                }
                return read
            }
        } catch { throw LedgerError(error) }
        return try read.map { (row) throws(LedgerError) in
            guard RowSeal.of(row.values) == .integer(row.seal), let value = make(row.values) else {
                throw LedgerError.damage(at: connection.path, cause: "a row does not match its checksum")
            }
            return value
        }
    }
}

/// How a column of the ledger is read.
enum ColumnKind {
    case integer
    case text
    case blob

    func read(_ statement: Statement, _ column: Int) -> SQLValue {
        if statement.isNull(column) { return .null }
        return switch self {
        case .integer: .integer(statement.integer(column))
        case .text: .text(statement.bytes(column))
        case .blob: .blob(statement.bytes(column).bytes)
        }
    }
}

extension Ledger {
    /// Makes the tables; a ledger of a newer refold is left alone.
    private static func prepare(_ connection: Connection) throws(SQLiteError) {
        guard try connection.integer("PRAGMA user_version") == 0 else { return }
        try connection.transaction(.immediate) { () throws(SQLiteError) in
            for table in tables { try connection.execute(table) }
            try connection.execute("PRAGMA application_id=1919247461")
            try connection.execute("PRAGMA user_version=\(version)")
        }
    }

    private static func check(_ connection: Connection) throws(LedgerError) {
        let found: Int64?
        let verdict: String
        do {
            found = try connection.integer("PRAGMA user_version")
            verdict = try connection.withStatement("PRAGMA quick_check(1)") {
                (statement) throws(SQLiteError) in
                try statement.step() ? statement.string(0) ?? "" : ""
            }
        } catch { throw LedgerError(error) }
        guard let found, found <= version else {
            throw LedgerError(
                .newer,
                "a newer refold wrote this ledger",
                place: connection.path,
                fix: "use that version, or choose another folder with --state-dir"
            )
        }
        guard verdict == "ok" else { throw LedgerError.damage(at: connection.path, cause: verdict) }
    }

    private static let tables = [
        """
        CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, job TEXT NOT NULL, identity TEXT NOT NULL,
          started INTEGER NOT NULL, ended INTEGER, phase TEXT NOT NULL, outcome TEXT, exit INTEGER,
          indices TEXT NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID
        """,
        "CREATE INDEX IF NOT EXISTS runs_by_identity ON runs (identity, id)",
        """
        CREATE TABLE IF NOT EXISTS facts (run TEXT NOT NULL REFERENCES runs, name TEXT NOT NULL, value TEXT NOT NULL,
          seal INTEGER NOT NULL, PRIMARY KEY (run, name)) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs,
          name TEXT NOT NULL, subject TEXT NOT NULL, step TEXT NOT NULL, at INTEGER NOT NULL, detail TEXT NOT NULL,
          seal INTEGER NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS effects_by_run ON effects (run, number)",
        """
        CREATE TABLE IF NOT EXISTS checkpoints (number INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs,
          at INTEGER NOT NULL, bytes BLOB NOT NULL, seal INTEGER NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS checkpoints_by_run ON checkpoints (run, number)",
        """
        CREATE TABLE IF NOT EXISTS rejects (run TEXT NOT NULL REFERENCES runs, stage TEXT NOT NULL,
          ordinal INTEGER NOT NULL, segment TEXT, line INTEGER, key TEXT, readModel TEXT, why TEXT NOT NULL,
          accepted TEXT, other TEXT NOT NULL, seal INTEGER NOT NULL, PRIMARY KEY (run, stage, ordinal)) WITHOUT ROWID
        """,
    ]
}
