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
        return SQLCondition(
            sql: "(" + parts.map(\.sql).joined(separator: " \(word) ") + ")",
            values: parts.flatMap(\.values)
        )
    }

    /// The opposite; an unknown truth counts as false, as a field that is absent does not match.
    var negated: SQLCondition { SQLCondition(sql: "(NOT ifnull(\(sql), 0))", values: values) }
}
