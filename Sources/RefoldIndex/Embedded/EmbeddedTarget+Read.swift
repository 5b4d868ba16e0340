package import RefoldBytes
package import RefoldModel
import RefoldSQLite

extension EmbeddedTarget {
    /// The number of documents.
    package func count(_ index: IndexIdentity) throws(IndexError) -> Int {
        let layout = try layout(of: index)
        return try readingIndex(index) { (connection) throws(SQLiteError) in
            Int(clamping: try connection.integer(layout.count()) ?? 0)
        }
    }

    /// Reads documents in order of id bytes; the file keeps no order of writes.
    package func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) throws(IndexError) -> any DocumentScan {
        _ = try layout(of: index)
        return PagedScan { [self] (id) async throws(IndexError) in
            try await page(of: index, after: id, limit: PagedScan.documents, withSource: withSource)
        }
    }

    /// A page of documents behind an id, in order of id bytes.
    private func page(
        of index: IndexIdentity,
        after id: ByteString?,
        limit: Int,
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        let layout = try layout(of: index)
        // Without the unique index each page would sort the whole table.
        try makeIDIndex(layout, of: index)
        return try readingIndex(index) { (connection) throws(SQLiteError) in
            try connection.withStatement(layout.page(withSource: withSource)) {
                (statement) throws(SQLiteError) in
                try statement.bind([.text(id ?? ""), .integer(Int64(max(0, limit)))])
                var page: [Document] = []
                while try statement.step() { page.append(EmbeddedTarget.document(of: statement)) }
                return page
            }
        }
    }

    /// The documents with these ids, in the order asked for.
    package func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        let layout = try layout(of: index)
        try makeIDIndex(layout, of: index)
        return try readingIndex(index) { (connection) throws(SQLiteError) in
            try connection.withStatement(layout.one) { (statement) throws(SQLiteError) in
                var found: [Document] = []
                for id in ids {
                    try statement.bind([.text(id)])
                    if try statement.step() {
                        var document = EmbeddedTarget.document(of: statement)
                        if !withSource { document.source = "" }
                        found.append(document)
                    }
                    statement.reset()
                }
                return found
            }
        }
    }

    /// The number of documents that a query finds.
    package func hits(of query: JSONValue, in index: IndexIdentity) throws(IndexError) -> Int {
        let layout = try layout(of: index)
        let condition = try QueryCompiler(layout: layout).condition(query)
        let isLoading = try reading { (connection) throws(IndexError) in
            try Catalogue(connection: connection).required(index).isLoading
        }
        guard isLoading != true else {
            throw IndexError(
                .query,
                "index '\(index.name)' is not settled: its words are not searchable yet",
                fix: "run the job: it settles the index before it asks"
            )
        }
        return try readingIndex(index) { (connection) throws(SQLiteError) in
            try connection.withStatement(layout.count(where: condition.sql)) {
                (statement) throws(SQLiteError) in
                try statement.bind(condition.values)
                return try statement.step() ? Int(clamping: statement.integer(0)) : 0
            }
        }
    }

    /// Throws `index.refused` for a definition that could not be made into an index here; needs no file.
    package static func check(mappings: JSONObject, settings: JSONObject) throws(IndexError) {
        _ = try MappingCompiler.compile(mappings: mappings, settings: settings)
    }

    /// Throws `index.query` for a query that this target would not understand under a definition; needs no file.
    package static func check(
        query: JSONValue,
        mappings: JSONObject,
        settings: JSONObject
    ) throws(IndexError) {
        let mapping = try MappingCompiler.compile(mappings: mappings, settings: settings)
        _ = try QueryCompiler(layout: TableLayout(name: "index", mapping: mapping)).condition(query)
    }

    private func readingIndex<R>(
        _ index: IndexIdentity,
        _ body: (Connection) throws(SQLiteError) -> R
    ) throws(IndexError) -> R {
        let result = try reading { (connection) throws(IndexError) in
            _ = try Catalogue(connection: connection).required(index)
            return try translated { () throws(SQLiteError) in try body(connection) }
        }
        guard let result else { throw missing(index) }
        return result
    }

    private static func document(of row: Statement) -> Document {
        Document(id: row.bytes(0), version: row.integer(1), source: row.bytes(2))
    }
}
