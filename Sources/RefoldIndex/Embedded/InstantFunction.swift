import RefoldBytes
import RefoldSQLite

/// The SQL functions by which dates of a column are compared as instants, whatever text they came as.
enum InstantFunction {
    /// The function that gives the first millisecond of a date: `refold_instant(format, text)`.
    static let name = "refold_instant"

    static func define(on connection: Connection) throws(SQLiteError) {
        // One connection, one owner: the formats seen so far need no lock.
        let formats = FormatCache()
        try connection.define(name, argumentCount: 2) { arguments in
            guard case .text(let format)? = arguments.first, let value = arguments.last,
                let format = formats[format]
            else { return .null }
            let text: ByteString
            switch value {
            case .text(let bytes): text = bytes
            case .integer(let number): text = ByteString(String(number))
            case .real, .blob, .null: return .null
            }
            return format.interval(of: text).map { .integer($0.lowerBound) } ?? .null
        }
    }

    private final class FormatCache {
        private var formats: [ByteString: DateFormat] = [:]

        subscript(text: ByteString) -> DateFormat? {
            if let known = formats[text] { return known }
            let read = DateFormat(text.string)
            formats[text] = read
            return read
        }
    }
}
