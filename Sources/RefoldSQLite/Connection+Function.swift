internal import CSQLite
internal import RefoldBytes

extension Connection {
    /// Gives SQL a function of its own: the same arguments always give the same value.
    ///
    /// A text that is no text (a number, NULL) comes as what it is.
    package func define(
        _ name: String,
        argumentCount: Int,
        _ body: @escaping ([SQLValue]) -> SQLValue
    ) throws(SQLiteError) {
        let box = Unmanaged.passRetained(FunctionBox(body))
        let result = sqlite3_create_function_v2(
            database,
            name,
            Int32(clamping: argumentCount),
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            box.toOpaque(),
            { context, count, arguments in
                guard let data = sqlite3_user_data(context) else { return }
                let function = Unmanaged<FunctionBox>.fromOpaque(data).takeUnretainedValue()
                let buffer = UnsafeBufferPointer(start: arguments, count: Int(count))
                FunctionBox.answer(function.body(buffer.map(FunctionBox.value)), to: context)
            },
            nil,
            nil,
            // SQLite calls this when the function goes, and also when it could not be made.
            { data in data.map { Unmanaged<FunctionBox>.fromOpaque($0).release() } }
        )
        guard result == SQLITE_OK else { throw failure(result, "a function cannot be defined") }
    }
}

/// Holds a function for as long as SQLite has it.
private final class FunctionBox {
    let body: ([SQLValue]) -> SQLValue

    init(_ body: @escaping ([SQLValue]) -> SQLValue) { self.body = body }

    static func value(_ argument: OpaquePointer?) -> SQLValue {
        switch sqlite3_value_type(argument) {
        case SQLITE_INTEGER: .integer(sqlite3_value_int64(argument))
        case SQLITE_FLOAT: .real(sqlite3_value_double(argument))
        case SQLITE_TEXT: .text(ByteString(bytes(argument)))
        case SQLITE_BLOB: .blob(bytes(argument))
        default: .null
        }
    }

    private static func bytes(_ argument: OpaquePointer?) -> [UInt8] {
        let start = sqlite3_value_blob(argument)
        return Array(
            UnsafeRawBufferPointer(
                start: start,
                count: start == nil ? 0 : Int(sqlite3_value_bytes(argument))
            )
        )
    }

    static func answer(_ value: SQLValue, to context: OpaquePointer?) {
        switch value {
        case .null: sqlite3_result_null(context)
        case .integer(let number): sqlite3_result_int64(context, number)
        case .real(let number): sqlite3_result_double(context, number)
        case .text(let text):
            text.bytes.withUnsafeBytes {
                sqlite3_result_text64(
                    context,
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                    UInt64($0.count),
                    Statement.transient,
                    UInt8(SQLITE_UTF8)
                )
            }
        case .blob(let bytes):
            bytes.withUnsafeBytes {
                sqlite3_result_blob64(context, $0.baseAddress, UInt64($0.count), Statement.transient)
            }
        }
    }
}
