internal import CSQLite
package import RefoldBytes

/// A value for a parameter of a statement.
package enum SQLValue: Sendable, Hashable {
    /// NULL.
    case null
    /// An integer.
    case integer(Int64)
    /// A double.
    case real(Double)
    /// Text: UTF-8 bytes.
    case text(ByteString)
    /// Bytes.
    case blob([UInt8])

    /// Text of a Swift string.
    package static func string(_ string: String) -> SQLValue { .text(ByteString(string)) }
}

/// One prepared statement, lent by ``Connection/withStatement(_:_:)``.
///
/// Parameters and columns count from 0. Isolation: as its connection's.
package final class Statement {
    let handle: OpaquePointer
    private let path: String
    /// The number of parameters.
    package let parameterCount: Int

    init(_ sql: String, on connection: Connection) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(
            connection.database,
            sql,
            -1,
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &prepared,
            nil
        )
        guard result == SQLITE_OK else { throw connection.failure(result, "a statement cannot be prepared") }
        guard let prepared else { throw connection.failure(SQLITE_MISUSE, "a statement is empty") }
        path = connection.path
        handle = prepared
        parameterCount = Int(sqlite3_bind_parameter_count(prepared))
    }

    deinit { sqlite3_finalize(handle) }

    /// Sets all parameters in order; their number must be right.
    package func bind(_ values: [SQLValue]) throws(SQLiteError) {
        guard values.count == parameterCount else {
            throw failure(SQLITE_RANGE, "\(values.count) values for \(parameterCount) parameters")
        }
        for (place, value) in values.enumerated() { try bind(value, at: place) }
    }

    /// Sets one parameter; the bytes are copied.
    package func bind(_ value: SQLValue, at place: Int) throws(SQLiteError) {
        let parameter = Int32(clamping: place + 1)
        let result: Int32
        switch value {
        case .null: result = sqlite3_bind_null(handle, parameter)
        case .integer(let number): result = sqlite3_bind_int64(handle, parameter, number)
        case .real(let number): result = sqlite3_bind_double(handle, parameter, number)
        case .text(let text):
            result = text.bytes.withUnsafeBytes { bindText($0, at: parameter, copies: true) }
        case .blob(let bytes):
            result = bytes.withUnsafeBytes {
                $0.isEmpty
                    ? sqlite3_bind_zeroblob(handle, parameter, 0)
                    : sqlite3_bind_blob64(
                        handle,
                        parameter,
                        $0.baseAddress,
                        UInt64($0.count),
                        Statement.transient
                    )
            }
        }
        guard result == SQLITE_OK else { throw failure(result, "a value cannot be bound") }
    }

    /// Goes to the next row; false: there is none, and the statement has had its effect.
    package func step() throws(SQLiteError) -> Bool {
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(result, "a statement failed")
        }
    }

    /// Makes it ready to run again, without values.
    package func reset() {
        // Its result repeats the error of the last step, which has been thrown.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Whether a column is NULL, or is not there.
    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(handle, Int32(clamping: column)) == SQLITE_NULL
    }

    /// A column as an integer; 0 for NULL.
    package func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(clamping: column)) }

    /// A column as a double; 0 for NULL.
    package func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(clamping: column)) }

    /// A column's bytes, copied: text or blob; empty for NULL.
    package func bytes(_ column: Int) -> ByteString {
        withBytes(column) { bytes in bytes.withUnsafeBytes { ByteString(copying: $0) } }
    }

    /// A column as a Swift string; nil for NULL.
    package func string(_ column: Int) -> String? { isNull(column) ? nil : bytes(column).string }

    /// Lends a column's bytes, text or blob, until the statement moves on.
    package func withBytes<R, E: Error>(_ column: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let column = Int32(clamping: column)
        // The pointer is asked before the length: that order is the one SQLite defines.
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count).bytes)
    }

    func failure(_ result: Int32, _ message: String) -> SQLiteError {
        SQLiteError(resultCode: result, of: sqlite3_db_handle(handle), place: path, doing: message)
    }

    /// Text that is lent or copied; `count` 0 is the empty text, not NULL.
    func bindText(_ bytes: UnsafeRawBufferPointer, at parameter: Int32, copies: Bool) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_text(handle, parameter, "", 0, Statement.transient)
        }
        return sqlite3_bind_text64(
            handle,
            parameter,
            start.assumingMemoryBound(to: CChar.self),
            UInt64(bytes.count),
            copies ? Statement.transient : nil,
            UInt8(SQLITE_UTF8)
        )
    }
}
