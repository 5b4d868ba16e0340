import RefoldBytes
import RefoldSQLite

extension EmbeddedTarget {
    /// Rows that go into the full-text table in one transaction.
    private static let fullTextRows: Int64 = 20_000

    /// Builds the unique index and the full-text table, checks the table, and makes the index one that serves.
    ///
    /// The full-text table is filled in bounded transactions that remember how far they came: what a kill leaves is
    /// gone on with. `forceMerge` merges its segments into one.
    package func settle(_ index: IndexIdentity, forceMerge: Int?) throws(IndexError) -> SettleReport {
        let layout = try layout(of: index)
        try makeIDIndex(layout, of: index)
        if layout.hasFullText {
            while try fillSome(layout, of: index) {}
        }
        appended[index.uuid] = nil
        try transaction { (connection) throws(IndexError) in
            let entry = try Catalogue(connection: connection).required(index)
            guard entry.isLoading else { return }
            let name = TableLayout.quoted(layout.name)
            let finding = try translated { () throws(SQLiteError) in
                try connection.firstText("PRAGMA quick_check(\(name))")
            }
            guard finding == "ok" else {
                throw IndexError(
                    .damaged,
                    "the table of index '\(index.name)' is damaged",
                    place: path,
                    cause: finding,
                    fix: "check the disk, then run the same command with --fresh"
                )
            }
            try translated { () throws(SQLiteError) in
                if layout.hasFullText {
                    for trigger in layout.createTriggers { try connection.execute(trigger) }
                    if forceMerge != nil {
                        let fullText = TableLayout.quoted(layout.fullTextName)
                        try connection.execute("INSERT INTO \(fullText)(\(fullText)) VALUES('optimize')")
                    }
                }
                try connection.execute("ANALYZE \(name)")
                try connection.run(
                    "UPDATE \"_refold_indices\" SET \"state\" = 'settled' WHERE \"uuid\" = ?",
                    .string(index.uuid)
                )
            }
        }
        return SettleReport(documents: try count(index), remarks: [])
    }

    /// Builds the unique index if it is not there; refold's own rows never have an id twice.
    func makeIDIndex(_ layout: TableLayout, of index: IndexIdentity) throws(IndexError) {
        let isThere = try reading { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            _ = try catalogue.required(index)
            return try !catalogue.objects("type = 'index' AND name = ?", [.string(layout.idIndexName)])
                .isEmpty
        }
        guard let isThere else { throw missing(index) }
        // Whoever only looks at a settled index writes nothing.
        if isThere { return }
        try transaction { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            _ = try catalogue.required(index)
            guard try catalogue.objects("type = 'index' AND name = ?", [.string(layout.idIndexName)]).isEmpty
            else {
                return
            }
            try translated { () throws(SQLiteError) in try connection.execute(layout.createIDIndex) }
        }
    }

    /// Puts some rows into the full-text table; false: all are there.
    private func fillSome(_ layout: TableLayout, of index: IndexIdentity) throws(IndexError) -> Bool {
        try transaction { (connection) throws(IndexError) in
            guard try Catalogue(connection: connection).required(index).isLoading else { return false }
            return try translated { () throws(SQLiteError) in
                let known = try connection.integer(
                    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                    .string(layout.fullTextName)
                )
                if known == nil { try connection.execute(layout.createFullText) }
                let filled =
                    try connection.integer(
                        "SELECT \"filled\" FROM \"_refold_indices\" WHERE \"uuid\" = ?",
                        .string(index.uuid)
                    ) ?? 0
                let last = try connection.integer(layout.lastRow) ?? 0
                guard filled < last else { return false }
                let (end, overflows) = filled.addingReportingOverflow(EmbeddedTarget.fullTextRows)
                let next = overflows ? last : min(end, last)
                try connection.run(layout.fillFullText, .integer(filled), .integer(next))
                try connection.run(
                    "UPDATE \"_refold_indices\" SET \"filled\" = ? WHERE \"uuid\" = ?",
                    .integer(next),
                    .string(index.uuid)
                )
                return true
            }
        }
    }
}

extension Connection {
    /// The first column of the first row as text.
    func firstText(_ sql: String) throws(SQLiteError) -> String {
        try withStatement(sql) { (statement) throws(SQLiteError) in
            try statement.step() ? statement.bytes(0).string : ""
        }
    }
}
