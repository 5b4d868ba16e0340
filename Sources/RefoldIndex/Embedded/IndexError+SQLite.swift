import RefoldBytes
import RefoldSQLite

extension IndexError {
    /// What SQLite's failure means at a target.
    init(_ error: SQLiteError) {
        let reason: Code =
            switch error.reason {
            case .busy, .cannotOpen, .io: .unavailable
            case .full: .full
            case .notPermitted: .notPermitted
            case .damaged, .constraint, .tooBig, .statement, .other: .damaged
            }
        let message = reason == .full ? "the disk under the target is full" : error.message
        self.init(reason, message, place: error.place, cause: error.cause, fix: error.fix)
    }
}

/// Runs SQLite's work and throws what its failure means at a target.
func translated<R>(_ body: () throws(SQLiteError) -> R) throws(IndexError) -> R {
    do { return try body() } catch { throw IndexError(error) }
}
