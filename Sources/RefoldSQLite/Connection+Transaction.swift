extension Connection {
    /// When a transaction takes its lock.
    package enum TransactionKind: String, Sendable {
        /// At the first read or write.
        case deferred = "BEGIN"
        /// The writer's lock at once, so that what is read inside is still so when it is written.
        case immediate = "BEGIN IMMEDIATE"
    }

    /// Runs a body in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// A commit that fails is rolled back as well, and thrown.
    package func transaction<R, E: Error>(
        _ kind: TransactionKind = .immediate,
        translating translate: (SQLiteError) -> E,
        _ body: () throws(E) -> R
    ) throws(E) -> R {
        do { try execute(kind.rawValue) } catch { throw translate(error) }
        let result: R
        do {
            result = try body()
        } catch {
            rollBack()
            throw error
        }
        do {
            try execute("COMMIT")
        } catch {
            rollBack()
            throw translate(error)
        }
        return result
    }

    /// Runs a body in a transaction: committed when it returns, rolled back when it throws.
    package func transaction<R>(
        _ kind: TransactionKind = .immediate,
        _ body: () throws(SQLiteError) -> R
    ) throws(SQLiteError) -> R {
        try transaction(kind, translating: { $0 }, body)
    }

    /// Rolls back if SQLite has not done so itself, as it does after a full disk.
    private func rollBack() {
        guard isInTransaction else { return }
        // The first error is the one to report. A rollback that fails leaves the journal, and the next open undoes it.
        _ = runIgnoringResult("ROLLBACK")
    }
}
