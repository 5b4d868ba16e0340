internal import CSQLite
internal import RefoldBytes

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// One open database file.
///
/// Isolation: not `Sendable`. A connection and its statements belong to one actor or one task, which makes, uses and
/// closes them; SQLite itself is told to keep no lock of its own.
package final class Connection {
    /// How a file is opened.
    package enum Mode: Sendable {
        /// Reading only; the file must exist.
        case readOnly
        /// Reading and writing; the file must exist.
        case readWrite
        /// Reading and writing; a missing file is made.
        case create

        var flags: Int32 {
            switch self {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        }
    }

    /// The file, as it was given; for messages.
    package let path: String
    /// nil once closed.
    private(set) var database: OpaquePointer?
    /// Statements at rest, by their text; one in use is not here.
    ///
    /// They hold no connection, which would be a cycle.
    private var cache: [String: [Statement]] = [:]

    /// Opens a file, with a rollback journal, `synchronous=FULL` and extended result codes.
    ///
    /// Throws `sqlite.not_permitted` when a file that is to be written can only be read, `sqlite.damaged` when it is
    /// no database.
    package init(path: String, mode: Mode, busyMilliseconds: Int32 = 5_000) throws(SQLiteError) {
        self.path = path
        var opened: OpaquePointer?
        let flags = mode.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        database = opened
        guard result == SQLITE_OK else {
            let fault = mode == .create ? Connection.makingFault(path) : nil
            throw failure(result, "the database cannot be opened", fault)
        }
        sqlite3_busy_timeout(opened, busyMilliseconds)
        // Opening touches nothing; the first read finds out what the file is.
        _ = try integer("PRAGMA schema_version")
        if mode != .readOnly, sqlite3_db_readonly(opened, "main") != 0 {
            throw failure(SQLITE_READONLY, "the database can be read but not written")
        }
        try execute("PRAGMA foreign_keys=ON")
        guard mode != .readOnly else { return }
        try execute("PRAGMA journal_mode=DELETE")
        try execute("PRAGMA synchronous=FULL")
    }

    /// Opens a file that somebody only looks at; no right to write it is needed.
    ///
    /// What a write that was cut off left behind must be undone before anybody reads: for that alone it is opened to be
    /// written, and `sqlite.not_permitted` says so when this user may not.
    package static func toLookAt(
        path: String,
        busyMilliseconds: Int32 = 5_000
    ) throws(SQLiteError) -> Connection {
        do {
            return try Connection(path: path, mode: .readOnly, busyMilliseconds: busyMilliseconds)
        } catch {
            guard error.extendedCode == readOnlyRollback else { throw error }
        }
        do {
            // Reading the schema, which opening does, is what undoes it.
            _ = try Connection(path: path, mode: .readWrite, busyMilliseconds: busyMilliseconds)
        } catch {
            guard error.reason == .notPermitted else { throw error }
            var told = error
            told.message = "a write that was cut off must be undone before the file can be read"
            told.fix = "type the command once as a user who may write \(path) and the folder it lies in"
            throw told
        }
        return try Connection(path: path, mode: .readOnly, busyMilliseconds: busyMilliseconds)
    }

    /// SQLITE_READONLY_ROLLBACK, an expression that Swift does not import.
    private static let readOnlyRollback = SQLITE_READONLY | (3 << 8)

    deinit {
        cache.removeAll()
        // Statements still out keep the file open until they go: what `close_v2` is for.
        sqlite3_close_v2(database)
    }

    /// Ends use of the file; further calls throw.
    package func close() throws(SQLiteError) {
        cache.removeAll()
        let result = sqlite3_close(database)
        guard result == SQLITE_OK else { throw failure(result, "the database cannot be closed") }
        database = nil
    }

    /// SQLite's version: `3.40.1`.
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Rows that the last statement inserted, changed or deleted.
    package var changes: Int { database == nil ? 0 : Int(sqlite3_changes64(database)) }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { database != nil && sqlite3_get_autocommit(database) == 0 }

    /// Runs statements that take no values, ignoring rows.
    package func execute(_ sql: String) throws(SQLiteError) {
        let result = sqlite3_exec(database, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure(result, "a statement failed") }
    }

    /// Lends a prepared statement; it comes back reset and without values, and is kept for the next time.
    package func withStatement<R, E: Error>(
        _ sql: String,
        translating translate: (SQLiteError) -> E,
        _ body: (Statement) throws(E) -> R
    ) throws(E) -> R {
        let statement: Statement
        if let kept = cache[sql]?.popLast() {
            statement = kept
        } else {
            do { statement = try Statement(sql, on: self) } catch { throw translate(error) }
        }
        defer {
            statement.reset()
            cache[sql, default: []].append(statement)
        }
        return try body(statement)
    }

    /// Lends a prepared statement; it comes back reset and without values, and is kept for the next time.
    package func withStatement<R>(
        _ sql: String,
        _ body: (Statement) throws(SQLiteError) -> R
    ) throws(SQLiteError) -> R {
        try withStatement(sql, translating: { $0 }, body)
    }

    /// Runs a statement with values to its end.
    package func run(_ sql: String, _ values: SQLValue...) throws(SQLiteError) {
        try withStatement(sql) { (statement) throws(SQLiteError) in
            try statement.bind(values)
            while try statement.step() {}
        }
    }

    /// The first column of the first row as an integer; nil without a row or when it is null.
    package func integer(_ sql: String, _ values: SQLValue...) throws(SQLiteError) -> Int64? {
        try withStatement(sql) { (statement) throws(SQLiteError) in
            try statement.bind(values)
            guard try statement.step(), !statement.isNull(0) else { return nil }
            return statement.integer(0)
        }
    }

    /// Runs a statement whose failure changes nothing; answers whether it was taken.
    func runIgnoringResult(_ sql: String) -> Bool { sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK }

    /// The error of a result code on this connection.
    func failure(_ result: Int32, _ message: String, _ fault: SystemFault? = nil) -> SQLiteError {
        SQLiteError(resultCode: result, of: database, place: path, doing: message, fault)
    }

    /// Why a missing file cannot be made; nil: it is there, or can be.
    ///
    /// SQLite tries once more without writing and keeps only what that said: that there is no such file.
    private static func makingFault(_ path: String) -> SystemFault? {
        // Exclusively: a file that is there is never opened, so no lock that this process holds on it is lost.
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file < 0 else {
            closeFile(file)
            unlink(path)
            return nil
        }
        return errno == EEXIST ? nil : SystemFault(errno)
    }
}

/// close(2) under a name of its own: inside the type `close` is the type's.
private func closeFile(_ descriptor: Int32) { _ = close(descriptor) }
