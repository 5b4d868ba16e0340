import RefoldBytes
import RefoldSQLite

/// What refold knows of its own indices, in a table beside them.
///
/// An alias has no row: the view is the truth. A view is an alias when it reads exactly as refold writes it, over a
/// table that the catalogue knows.
struct Catalogue {
    let connection: Connection

    /// One index.
    struct Entry {
        var identity: IndexIdentity
        var mark: IndexMark?
        var settings: JSONObject
        var mappings: JSONObject
        /// Whether it takes rows without its unique index and its full-text table.
        var isLoading: Bool
    }

    /// What an alias's name stands for.
    enum Holder: Equatable {
        /// Nothing.
        case none
        /// An alias over this index.
        case alias(of: String)
        /// A table, or a view that is not refold's.
        case foreign
    }

    /// Makes the catalogue's tables if they are not there.
    func makeTables() throws(SQLiteError) {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS "_refold_indices"(
              "name" TEXT PRIMARY KEY, "uuid" TEXT NOT NULL UNIQUE, "state" TEXT NOT NULL, "mark" TEXT NOT NULL,
              "settings" TEXT NOT NULL, "mappings" TEXT NOT NULL, "filled" INTEGER NOT NULL DEFAULT 0);
            CREATE TABLE IF NOT EXISTS "_refold_tombstones"(
              "uuid" TEXT, "id" TEXT, "version" INTEGER NOT NULL, PRIMARY KEY("uuid", "id")) WITHOUT ROWID;
            """
        )
    }

    private func exists() throws(SQLiteError) -> Bool {
        try connection.integer(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_refold_indices'"
        ) != nil
    }

    /// The index of a name, if the catalogue knows it and its table is there.
    func entry(_ name: String) throws(IndexError) -> Entry? {
        try entries("AND i.\"name\" = ?", [.string(name)]).first
    }

    /// All indices whose names begin with a prefix, by name.
    func entries(prefix: String) throws(IndexError) -> [Entry] {
        let prefix = ByteString(prefix)
        return try entries(
            "AND substr(CAST(i.\"name\" AS BLOB), 1, ?) = CAST(? AS BLOB)",
            [.integer(Int64(prefix.count)), .text(prefix)]
        )
    }

    private func entries(_ condition: String, _ values: [SQLValue]) throws(IndexError) -> [Entry] {
        guard try translated({ () throws(SQLiteError) in try exists() }) else { return [] }
        let sql = """
            SELECT i."name", i."uuid", i."state", i."mark", i."settings", i."mappings" FROM "_refold_indices" AS i
            JOIN sqlite_master AS m ON m.name = i."name" AND m.type = 'table' WHERE 1 \(condition) ORDER BY i."name"
            """
        return try connection.withStatement(sql, translating: IndexError.init) {
            (statement) throws(IndexError) in
            var entries: [Entry] = []
            try translated { () throws(SQLiteError) in try statement.bind(values) }
            while try translated({ () throws(SQLiteError) in try statement.step() }) {
                entries.append(try Catalogue.entry(of: statement))
            }
            return entries
        }
    }

    private static func entry(of row: Statement) throws(IndexError) -> Entry {
        let name = row.bytes(0).string
        do {
            guard let settings = try JSONValue(parsing: row.bytes(4)).asObject,
                let mappings = try JSONValue(parsing: row.bytes(5)).asObject
            else { throw JSONError.badJSON }
            return Entry(
                identity: IndexIdentity(name: name, uuid: row.bytes(1).string),
                mark: IndexMark(json: try JSONValue(parsing: row.bytes(3))),
                settings: settings,
                mappings: mappings,
                isLoading: row.bytes(2).string == "loading"
            )
        } catch {
            throw IndexError(
                .damaged,
                "the catalogue's entry of index '\(name)' cannot be read",
                place: name,
                fix: "drop the index's table and its row in _refold_indices, or restore the file from a copy"
            )
        }
    }

    /// The entry of an index that must be there under its UUID.
    func required(_ index: IndexIdentity) throws(IndexError) -> Entry {
        guard let entry = try entry(index.name) else {
            throw .gone(index.name, cause: "someone deleted it since it was made")
        }
        guard entry.identity.uuid == index.uuid else {
            throw IndexError(
                .replaced,
                "index '\(index.name)' is not the one that was made",
                place: index.name,
                cause: "its UUID is \(entry.identity.uuid), remembered was \(index.uuid)",
                fix: IndexError.freshFix
            )
        }
        return entry
    }

    /// Every alias and the index it stands for.
    func aliases() throws(IndexError) -> [(alias: String, index: String)] {
        let known = Set(try entries(prefix: "").map(\.identity.name))
        return try objects("type = 'view'").compactMap { object in
            Catalogue.target(of: object, among: known).map { (object.name, $0) }
        }
    }

    /// What a name stands for; SQLite's names know no letter case.
    func holder(of alias: String) throws(IndexError) -> Holder {
        let found = try objects("name = ? COLLATE NOCASE AND type IN ('table', 'view')", [.string(alias)])
        guard let object = found.first else { return .none }
        let known = Set(try entries(prefix: "").map(\.identity.name))
        guard object.name == alias, let index = Catalogue.target(of: object, among: known) else {
            return .foreign
        }
        return .alias(of: index)
    }

    /// One object of the database.
    struct Object {
        var name: String
        var type: String
        var sql: String
    }

    /// The objects of the database that meet a condition, by name.
    func objects(_ condition: String, _ values: [SQLValue] = []) throws(IndexError) -> [Object] {
        let sql = "SELECT name, type, ifnull(sql, '') FROM sqlite_master WHERE \(condition) ORDER BY name"
        return try translated { () throws(SQLiteError) in
            try connection.withStatement(sql) { (statement) throws(SQLiteError) in
                try statement.bind(values)
                var objects: [Object] = []
                while try statement.step() {
                    objects.append(
                        Object(
                            name: statement.bytes(0).string,
                            type: statement.bytes(1).string,
                            sql: statement.bytes(2).string
                        )
                    )
                }
                return objects
            }
        }
    }

    private static func target(of object: Object, among known: Set<String>) -> String? {
        guard object.type == "view" else { return nil }
        // No index has a quotation mark in its name, so what stands between the last two is the name or nothing is.
        let begin = TableLayout.createView(object.name, over: "").utf8.dropLast()
        let sql = object.sql.utf8
        guard sql.count > begin.count, sql.starts(with: begin), sql.last == UInt8(ascii: "\"") else {
            return nil
        }
        let name = String(decoding: sql.dropFirst(begin.count).dropLast(), as: UTF8.self)
        return known.contains(name) ? name : nil
    }
}
