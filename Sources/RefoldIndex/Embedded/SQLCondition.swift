import RefoldBytes
import RefoldSQLite

/// A condition on the rows of an index.
struct SQLCondition {
    var sql: String
    var values: [SQLValue] = []

    static let always = SQLCondition(sql: "1")
    static let never = SQLCondition(sql: "0")

    /// All of them, or one of them.
    static func joined(_ parts: [SQLCondition], by word: String, empty: SQLCondition) -> SQLCondition {
        guard !parts.isEmpty else { return empty }
        return SQLCondition(sql: sql(parts[...], word), values: parts.flatMap(\.values))
    }

    /// Halves within halves: SQLite refuses a tree deeper than 1,000, which a flat chain of as many terms is.
    private static func sql(_ parts: ArraySlice<SQLCondition>, _ word: String) -> String {
        guard parts.count > 1 else { return parts.first?.sql ?? "" }
        let middle = parts.startIndex + parts.count / 2
        return "(" + sql(parts[..<middle], word) + " \(word) " + sql(parts[middle...], word) + ")"
    }

    /// The opposite; an unknown truth counts as false, as a field that is absent does not match.
    var negated: SQLCondition { SQLCondition(sql: "(NOT ifnull(\(sql), 0))", values: values) }
}
