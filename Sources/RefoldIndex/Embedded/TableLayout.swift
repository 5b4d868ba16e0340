import RefoldBytes
import RefoldSQLite

/// The tables of one index and the SQL that makes, fills and drops them.
struct TableLayout: Sendable {
    /// The index's name, which is the table's.
    let name: String
    /// Its mapping.
    let mapping: Mapping
    /// SQLite's name of the row number that no column hides.
    let rowName: String

    init(name: String, mapping: Mapping) {
        self.name = name
        self.mapping = mapping
        let taken = Set(mapping.columns.map { $0.path.string.lowercased() })
        rowName = ["rowid", "_rowid_", "oid"].first { !taken.contains($0) } ?? "rowid"
    }

    /// A name in SQL.
    static func quoted(_ name: String) -> String { enclosed(name, in: "\"") }

    /// A text in SQL.
    static func quotedText(_ text: String) -> String { enclosed(text, in: "'") }

    /// Doubles the mark by scalars: a mark with an accent behind it is another character to Swift, not to SQLite.
    private static func enclosed(_ text: String, in mark: Unicode.Scalar) -> String {
        var scalars = String.UnicodeScalarView([mark])
        for scalar in text.unicodeScalars {
            scalars.append(scalar)
            if scalar == mark { scalars.append(mark) }
        }
        scalars.append(mark)
        return String(scalars)
    }

    private var table: String { TableLayout.quoted(name) }
    private var columnNames: [String] { mapping.columns.map { TableLayout.quoted($0.path.string) } }
    private var textNames: [String] {
        mapping.columns.filter(\.type.isFullText).map { TableLayout.quoted($0.path.string) }
    }

    /// The name of the full-text table.
    var fullTextName: String { name + "_fts" }
    /// Whether there is one.
    var hasFullText: Bool { mapping.columns.contains { $0.type.isFullText } }
    /// The name of the unique index on `_id`.
    var idIndexName: String { name + "_id" }

    /// Tables and indices that belong to this index: a foreign one of these names stands in its way.
    var ownNames: [String] {
        guard hasFullText else { return [name, idIndexName] }
        return [name, idIndexName, fullTextName]
            + ["_data", "_idx", "_content", "_docsize", "_config"].map { fullTextName + $0 }
            + ["_insert", "_delete", "_update"].map { fullTextName + $0 }
    }

    /// Makes the table, without an index: appending is fastest so.
    var create: String {
        let typed = zip(columnNames, mapping.columns).map { ", \($0) \($1.type.affinity)" }.joined()
        return "CREATE TABLE \(table)(\"_id\" TEXT NOT NULL, \"_version\" INTEGER NOT NULL, "
            + "\"_source\" TEXT NOT NULL\(typed))"
    }

    /// Makes the unique index on `_id`.
    var createIDIndex: String {
        "CREATE UNIQUE INDEX \(TableLayout.quoted(idIndexName)) ON \(table)(\"_id\")"
    }

    /// Appends a row.
    var insert: String {
        let marks = [String](repeating: "?", count: columnNames.count + 3).joined(separator: ",")
        return "INSERT INTO \(table) VALUES(\(marks))"
    }

    /// Writes a row unless a newer one stands: `external_gte`.
    var upsert: String {
        let assigned = (["\"_version\"", "\"_source\""] + columnNames).map { "\($0)=excluded.\($0)" }
        return insert + " ON CONFLICT(\"_id\") DO UPDATE SET " + assigned.joined(separator: ", ")
            + " WHERE excluded.\"_version\" >= \"_version\""
    }

    /// Makes the full-text table.
    ///
    /// The tokens are those of the engines' standard analyzer as near as SQLite has them: words of letters, digits
    /// and underscores, without letter case, accents kept.
    var createFullText: String {
        let columns = textNames.joined(separator: ", ")
        return "CREATE VIRTUAL TABLE \(TableLayout.quoted(fullTextName)) USING fts5(\(columns), "
            + "content=\(table), content_rowid='\(rowName)', "
            + "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
    }

    /// The greatest row number.
    var lastRow: String { "SELECT max(\(rowName)) FROM \(table)" }

    /// Puts the rows of a range into the full-text table: behind the first number, up to the second.
    var fillFullText: String {
        let columns = textNames.joined(separator: ", ")
        return "INSERT INTO \(TableLayout.quoted(fullTextName))(rowid, \(columns)) "
            + "SELECT \(rowName), \(columns) FROM \(table) WHERE \(rowName) > ? AND \(rowName) <= ? ORDER BY \(rowName)"
    }

    /// Triggers that keep the full-text table up to date once it is filled.
    var createTriggers: [String] {
        let columns = textNames.joined(separator: ", ")
        let fullText = TableLayout.quoted(fullTextName)
        let removal =
            "INSERT INTO \(fullText)(\(fullText), rowid, \(columns)) VALUES('delete', old.\(rowName), "
            + textNames.map { "old.\($0)" }.joined(separator: ", ") + ");"
        let addition =
            "INSERT INTO \(fullText)(rowid, \(columns)) VALUES(new.\(rowName), "
            + textNames.map { "new.\($0)" }.joined(separator: ", ") + ");"
        return [
            ("_insert", "INSERT", addition), ("_delete", "DELETE", removal),
            ("_update", "UPDATE", removal + " " + addition),
        ]
        .map { suffix, event, body in
            "CREATE TRIGGER \(TableLayout.quoted(fullTextName + suffix)) AFTER \(event) ON \(table) "
                + "BEGIN \(body) END"
        }
    }

    /// A page of rows behind an id, in order of id bytes.
    func page(withSource: Bool) -> String {
        "SELECT \"_id\", \"_version\", \(withSource ? "\"_source\"" : "NULL") FROM \(table) "
            + "WHERE \"_id\" > ? ORDER BY \"_id\" LIMIT ?"
    }

    /// The row of one id.
    var one: String { "SELECT \"_id\", \"_version\", \"_source\" FROM \(table) WHERE \"_id\" = ?" }

    /// The version of one id.
    var version: String { "SELECT \"_version\" FROM \(table) WHERE \"_id\" = ?" }

    /// Deletes one row.
    var deleteOne: String { "DELETE FROM \(table) WHERE \"_id\" = ?" }

    /// The number of rows that meet a condition.
    func count(where condition: String? = nil) -> String {
        "SELECT count(*) FROM \(table)" + (condition.map { " WHERE \($0)" } ?? "")
    }

    /// Drops all that belongs to the index.
    var drop: [String] {
        var statements = ["DROP TABLE IF EXISTS \(table)"]
        if hasFullText {
            statements.insert("DROP TABLE IF EXISTS \(TableLayout.quoted(fullTextName))", at: 0)
        }
        return statements
    }

    /// The view that makes an alias.
    static func createView(_ alias: String, over index: String) -> String {
        "CREATE VIEW \(quoted(alias)) AS SELECT * FROM \(quoted(index))"
    }
}
