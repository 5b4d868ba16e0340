import Foundation
import RefoldSQLite
import Synchronization

/// A reader of an alias: a thread with a connection of its own that asks over and over, as a service would.
///
/// Isolation: the thread owns the connection; what it saw is behind a lock.
final class AliasReader: Sendable {
    /// What it saw.
    struct Seen {
        var reads = 0
        /// Whole contents of the alias, each once, in the order in which they came to be seen.
        var contents: [[String]] = []
        /// Whatever a reader must never see.
        var faults: [String] = []
        var isDone = false
    }
    private let seen = Mutex(Seen())
    private let isStopped = Atomic<Bool>(false)

    /// Starts reading an alias that exists.
    init(_ alias: String, of path: String) {
        Thread.detachNewThread { [self] in
            while !isStopped.load(ordering: .relaxed) {
                do throws(SQLiteError) { try read(alias, of: path) } catch {
                    seen.withLock { $0.faults.append("\(error)") }
                    break
                }
            }
            seen.withLock { $0.isDone = true }
        }
    }

    /// What it has seen so far.
    var soFar: Seen { seen.withLock { $0 } }

    /// Stops it, and takes what it saw.
    func stop() async throws -> Seen {
        isStopped.store(true, ordering: .relaxed)
        try await eventually(within: .seconds(30), "the reader ends") { soFar.isDone }
        return soFar
    }

    /// A connection reads a few times; a new one, as a pool makes them, must see the same.
    private func read(_ alias: String, of path: String) throws(SQLiteError) {
        let connection = try Connection(path: path, mode: .readOnly, busyMilliseconds: 5_000)
        for _ in 0..<20 where !isStopped.load(ordering: .relaxed) {
            let views = try connection.integer(
                "SELECT count(*) FROM sqlite_master WHERE type = 'view' AND name = ?",
                .string(alias)
            )
            if views != 1 { seen.withLock { $0.faults.append("\(views ?? 0) views") } }
            let rows = try connection.withStatement(
                "SELECT _id || ' ' || _version || ' ' || _source FROM \"\(alias)\" ORDER BY _id"
            ) { (statement) throws(SQLiteError) in
                var rows: [String] = []
                while try statement.step() { rows.append(statement.string(0) ?? "") }
                return rows
            }
            seen.withLock { seen in
                seen.reads += 1
                if !seen.contents.contains(rows) { seen.contents.append(rows) }
            }
        }
        try connection.close()
    }
}
