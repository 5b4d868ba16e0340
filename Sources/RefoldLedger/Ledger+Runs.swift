package import RefoldBytes
import RefoldSQLite

extension Ledger {
    /// Writes a run, new or changed.
    package func save(_ run: RunRecord) throws(LedgerError) {
        let values = run.values
        try write { (connection) throws(SQLiteError) in try Ledger.upsert(values, on: connection) }
    }

    /// Writes a run and facts of it in one step.
    package func save(_ run: RunRecord, facts: [String: JSONValue]) throws(LedgerError) {
        let values = run.values
        try write { (connection) throws(SQLiteError) in
            try Ledger.upsert(values, on: connection)
            for (name, value) in facts {
                try Ledger.upsert(fact: name, value, run: run.id, on: connection)
            }
        }
    }

    /// All runs, the newest first.
    package func runs() throws(LedgerError) -> [RunRecord] {
        try runs(where: "", [])
    }

    /// The runs of an identity, the newest first.
    package func runs(identity: String) throws(LedgerError) -> [RunRecord] {
        try runs(where: "WHERE identity = ?", [.string(identity)])
    }

    /// The run whose id begins with a prefix, in any letter case.
    ///
    /// Throws `ledger.unknown_run` when there is none or more than one.
    package func run(_ prefix: String) throws(LedgerError) -> RunRecord {
        let upper = prefix.uppercased()
        let fitting = try runs().filter { $0.id.text.hasPrefix(upper) }
        guard let only = fitting.first, fitting.count == 1, !prefix.isEmpty else {
            throw LedgerError(
                .unknownRun,
                fitting.isEmpty
                    ? "no run begins with \(prefix)" : "\(fitting.count) runs begin with \(prefix)",
                place: connection.path,
                fix: "`refold runs` lists them"
            )
        }
        return only
    }

    /// Keeps a fact of a run under a name, replacing an older one.
    package func keep(_ value: JSONValue, as name: String, of run: RunID) throws(LedgerError) {
        try keep([name: value], of: run)
    }

    /// Keeps facts of a run in one step, replacing older ones.
    package func keep(_ facts: [String: JSONValue], of run: RunID) throws(LedgerError) {
        try write { (connection) throws(SQLiteError) in
            for (name, value) in facts {
                try Ledger.upsert(fact: name, value, run: run, on: connection)
            }
        }
    }

    /// The fact of a run under a name.
    package func fact(_ name: String, of run: RunID) throws(LedgerError) -> JSONValue? {
        try facts(of: run, where: "AND name = ?", [.string(name)])[name]
    }

    /// The facts of a run whose names begin with a prefix.
    package func facts(beginning prefix: String, of run: RunID) throws(LedgerError) -> [String: JSONValue] {
        try facts(
            of: run,
            where: "AND substr(name, 1, ?) = ?",
            [.integer(Int64(prefix.unicodeScalars.count)), .string(prefix)]
        )
    }

    /// All facts of a run.
    package func facts(of run: RunID) throws(LedgerError) -> [String: JSONValue] {
        try facts(of: run, where: "", [])
    }

    /// Forgets the facts whose names begin with a prefix.
    package func forget(factsBeginning prefix: String, of run: RunID) throws(LedgerError) {
        try write { (connection) throws(SQLiteError) in
            try connection.run(
                "DELETE FROM facts WHERE run = ? AND substr(name, 1, ?) = ?",
                .string(run.text),
                .integer(Int64(prefix.unicodeScalars.count)),
                .string(prefix)
            )
        }
    }

    private func runs(where condition: String, _ values: [SQLValue]) throws(LedgerError) -> [RunRecord] {
        try rows(
            """
            SELECT id, job, identity, started, ended, phase, outcome, exit, indices, seal FROM runs \(condition)
            ORDER BY id DESC
            """,
            values,
            columns: [.text, .text, .text, .integer, .integer, .text, .text, .integer, .text],
            RunRecord.init(values:)
        )
    }

    private func facts(
        of run: RunID,
        where condition: String,
        _ values: [SQLValue]
    ) throws(LedgerError) -> [String: JSONValue] {
        let pairs: [(String, JSONValue)] = try rows(
            "SELECT run, name, value, seal FROM facts WHERE run = ? \(condition) ORDER BY name",
            [.string(run.text)] + values,
            columns: [.text, .text, .text]
        ) { values in
            guard let name = values[1].asText?.string, let value = values[2].asJSON else { return nil }
            return (name, value)
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private static func upsert(_ values: [SQLValue], on connection: Connection) throws(SQLiteError) {
        let sql = """
            INSERT INTO runs (id, job, identity, started, ended, phase, outcome, exit, indices, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET job = excluded.job, identity = excluded.identity,
              started = excluded.started, ended = excluded.ended, phase = excluded.phase,
              outcome = excluded.outcome, exit = excluded.exit, indices = excluded.indices, seal = excluded.seal
            """
        try connection.withStatement(sql) { (statement) throws(SQLiteError) in
            try statement.bind(values + [RowSeal.of(values)])
            while try statement.step() {}
        }
    }

    private static func upsert(
        fact name: String,
        _ value: JSONValue,
        run: RunID,
        on connection: Connection
    ) throws(SQLiteError) {
        let values: [SQLValue] = [.string(run.text), .string(name), .text(value.canonical)]
        try connection.withStatement(
            "INSERT OR REPLACE INTO facts (run, name, value, seal) VALUES (?, ?, ?, ?)"
        ) {
            (statement) throws(SQLiteError) in
            try statement.bind(values + [RowSeal.of(values)])
            while try statement.step() {}
        }
    }
}

extension SQLValue {
    /// The text, when it is one.
    var asText: ByteString? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The integer, when it is one.
    var asInteger: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// The JSON value that a text holds.
    var asJSON: JSONValue? {
        guard let text = asText else { return nil }
        do { return try JSONValue(parsing: text) } catch { return nil }
    }
}
