internal import CSQLite

extension Statement {
    /// Tells SQLite to copy what it is given.
    static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// A value of a row that is written, its text lying in bytes that are lent.
    package enum Cell: Sendable {
        /// NULL.
        case null
        /// An integer.
        case integer(Int64)
        /// A double.
        case real(Double)
        /// Text: a range of the lent bytes.
        case text(offset: Int, count: Int)
        /// Text of its own.
        case ownText([UInt8])
    }

    /// Runs the statement once with a row whose texts lie in `bytes`, which are not copied.
    ///
    /// Throws `sqlite.statement` when a cell lies outside the bytes or the number of cells is wrong; the statement is
    /// reset either way.
    package func run(_ row: ArraySlice<Cell>, over bytes: RawSpan) throws(SQLiteError) {
        guard row.count == parameterCount else {
            throw failure(SQLITE_RANGE, "\(row.count) values for \(parameterCount) parameters")
        }
        defer { reset() }
        // The pointers are lent to SQLite for the time of this closure only: reset forgets them.
        let result = bytes.withUnsafeBytes { buffer in
            for (place, cell) in row.enumerated() {
                let result = bind(cell, at: Int32(clamping: place + 1), over: buffer)
                guard result == SQLITE_OK else { return result }
            }
            return sqlite3_step(handle)
        }
        guard result == SQLITE_DONE || result == SQLITE_ROW else {
            throw failure(result, "a row cannot be written")
        }
    }

    private func bind(_ cell: Cell, at parameter: Int32, over buffer: UnsafeRawBufferPointer) -> Int32 {
        switch cell {
        case .null: return sqlite3_bind_null(handle, parameter)
        case .integer(let number): return sqlite3_bind_int64(handle, parameter, number)
        case .real(let number): return sqlite3_bind_double(handle, parameter, number)
        case .text(let offset, let count):
            guard offset >= 0, count >= 0, offset <= buffer.count, count <= buffer.count - offset else {
                return SQLITE_RANGE
            }
            let part = UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + count])
            return bindText(part, at: parameter, copies: false)
        case .ownText(let text):
            return text.withUnsafeBytes { bindText($0, at: parameter, copies: true) }
        }
    }
}
