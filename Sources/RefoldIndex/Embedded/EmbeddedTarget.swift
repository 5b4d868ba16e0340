import RefoldBytes
import RefoldSQLite

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One SQLite file as a target: an index is a table, an alias is a view.
///
/// Isolation: the actor owns the one connection; documents are checked and encoded outside of it, so that two callers
/// who load at the same time encode side by side. Every effect is one transaction, whole or not at all, with the
/// rollback journal synced before the database and the folder after the journal is gone.
/// The file is opened when it is first needed and made only when something is to be written: a plan leaves no trace.
/// Source: MANIFESTS, "The embedded target's tables"; DESIGN, "Targets".
package actor EmbeddedTarget: IndexTarget {
    /// The database file.
    nonisolated package let path: String
    /// How long another process's lock is waited for.
    private let busyMilliseconds: Int32
    private var connection: Connection?
    /// Whether the connection can only read: whoever only looks needs no right to write.
    private var isReadOnly = false
    /// Indices whose definition was read, by UUID.
    var layouts: [String: TableLayout] = [:]
    /// Whether this object has looked after the room for the journal.
    private var keepsJournalRoom = false
    /// Room that the journal keeps, in bytes: dropping an index of a gigabyte writes less into it.
    private static let journalRoom = 512 << 10
    /// Hashes of the ids that were appended, of indices made by this object and not settled yet, by UUID.
    var appended: [String: Set<Int>] = [:]

    /// A target that opens its file when it is first used.
    package init(path: String, busyMilliseconds: Int32 = 30_000) {
        self.path = path
        self.busyMilliseconds = busyMilliseconds
    }

    /// The lock file beside the database.
    nonisolated package var lockPath: String? { path + ".lock" }

    /// Asks the file what it is; a missing one needs a folder that can be written.
    package func probe() throws(IndexError) -> TargetDialect {
        let connection = try openedToRead()
        if connection == nil { try DiskFile.checkFolder(of: path) }
        // What deleted indices left in the file is filled before the file grows.
        let unused = try connection.map { (connection) throws(IndexError) in
            try translated { () throws(SQLiteError) in
                try connection.integer(
                    "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"
                )
            }
        }
        return TargetDialect(
            engine: "embedded SQLite \(Connection.libraryVersion)",
            location: path,
            hasAliases: true,
            comparesOnSwap: true,
            freeBytes: DiskFile.freeBytes(at: path).map { $0 + Int(clamping: (unused ?? 0) ?? 0) }
        )
    }

    /// Closes the file.
    package func close() throws(IndexError) {
        layouts.removeAll()
        appended.removeAll()
        guard let open = connection else { return }
        connection = nil
        try translated { () throws(SQLiteError) in try open.close() }
    }

    /// The connection, if there is a file.
    func openedToRead() throws(IndexError) -> Connection? {
        if let connection { return connection }
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        let path = path
        let milliseconds = busyMilliseconds
        let made = try translated { () throws(SQLiteError) in
            let made = try Connection.toLookAt(path: path, busyMilliseconds: milliseconds)
            try InstantFunction.define(on: made)
            return made
        }
        isReadOnly = true
        connection = made
        return made
    }

    /// The connection; a missing file is made.
    func openedToWrite() throws(IndexError) -> Connection {
        if let connection {
            guard isReadOnly else { return connection }
            self.connection = nil
            try translated { () throws(SQLiteError) in try connection.close() }
        }
        let path = path
        let milliseconds = busyMilliseconds
        let made = try translated { () throws(SQLiteError) in
            let made = try Connection(path: path, mode: .create, busyMilliseconds: milliseconds)
            if try made.integer("PRAGMA page_count") == 0 { try made.execute("PRAGMA page_size=16384") }
            // A cache that spills takes readers' locks away in the middle of a transaction.
            try made.execute("PRAGMA cache_spill=OFF")
            try made.execute("PRAGMA cache_size=-65536")
            // A journal that stays is synced with its header blank; one that is removed would need its folder synced as
            // well. Its room is kept for the day when the disk is full: see ``keepJournalRoom(on:)``.
            try made.execute("PRAGMA journal_mode=PERSIST")
            try made.execute("PRAGMA journal_size_limit=\(EmbeddedTarget.journalRoom)")
            // Where SQLite is built to overwrite what is deleted, dropping a table writes it whole into the journal
            // first: on a full disk nothing could be deleted any more.
            try made.execute("PRAGMA secure_delete=OFF")
            try InstantFunction.define(on: made)
            return made
        }
        isReadOnly = false
        connection = made
        return made
    }

    /// Runs a body in one transaction that holds the writer's lock.
    func transaction<R>(_ body: (Connection) throws(IndexError) -> R) throws(IndexError) -> R {
        let connection = try openedToWrite()
        let result = try connection.transaction(translating: IndexError.init) { () throws(IndexError) in
            try body(connection)
        }
        if !keepsJournalRoom {
            keepsJournalRoom = true
            try keepJournalRoom(on: connection)
        }
        return result
    }

    /// Keeps room on the disk for the journal of a deletion.
    ///
    /// SQLite can change nothing without a journal: on a full disk not even an index could be deleted to make room.
    private func keepJournalRoom(on connection: Connection) throws(IndexError) {
        let path = path
        // Nobody else has a journal there while the writer's lock is ours; without a change there is none of ours either.
        try connection.transaction(translating: IndexError.init) { () throws(IndexError) in
            DiskFile.allocate(EmbeddedTarget.journalRoom, at: path + "-journal")
        }
    }

    /// Runs a body on one state of the file, which no other process changes meanwhile.
    func reading<R>(_ body: (Connection) throws(IndexError) -> R) throws(IndexError) -> R? {
        guard let connection = try openedToRead() else { return nil }
        return try connection.transaction(.deferred, translating: IndexError.init) { () throws(IndexError) in
            try body(connection)
        }
    }
}
