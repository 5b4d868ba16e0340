import RefoldBytes
import RefoldSQLite

extension Ledger {
    /// Notes a step of an effect, durably, before (intent) or after (result) it.
    package func note(_ effect: EffectRecord, of run: RunID) throws(LedgerError) {
        let values: [SQLValue] = [
            .string(run.text), .string(effect.name), .string(effect.subject), .string(effect.step.rawValue),
            .integer(effect.at), .text(effect.detail.canonical),
        ]
        let sql =
            "INSERT INTO effects (run, name, subject, step, at, detail, seal) VALUES (?, ?, ?, ?, ?, ?, ?)"
        try write { (connection) throws(SQLiteError) in
            try connection.withStatement(sql) { (statement) throws(SQLiteError) in
                try statement.bind(values + [RowSeal.of(values)])
                while try statement.step() {}
            }
        }
    }

    /// All effects of a run in the order they were noted.
    package func effects(of run: RunID) throws(LedgerError) -> [EffectRecord] {
        try rows(
            "SELECT run, name, subject, step, at, detail, seal FROM effects WHERE run = ? ORDER BY number",
            [.string(run.text)],
            columns: [.text, .text, .text, .text, .integer, .text]
        ) { values in
            guard let name = values[1].asText, let subject = values[2].asText,
                let step = values[3].asText.flatMap({ EffectRecord.Step(rawValue: $0.string) }),
                let at = values[4].asInteger, let detail = values[5].asJSON
            else { return nil }
            return EffectRecord(
                name: name.string,
                subject: subject.string,
                step: step,
                at: at,
                detail: detail
            )
        }
    }
}

extension Ledger {
    /// Keeps a checkpoint of a run; of each run only the newest two stay.
    package func saveCheckpoint(_ bytes: [UInt8], at: Int64, of run: RunID) throws(LedgerError) {
        let values: [SQLValue] = [.string(run.text), .integer(at), .blob(bytes)]
        try write { (connection) throws(SQLiteError) in
            try connection.withStatement("INSERT INTO checkpoints (run, at, bytes, seal) VALUES (?, ?, ?, ?)")
            {
                (statement) throws(SQLiteError) in
                try statement.bind(values + [RowSeal.of(values)])
                while try statement.step() {}
            }
            try connection.run(
                """
                DELETE FROM checkpoints WHERE run = ?1 AND number NOT IN
                  (SELECT number FROM checkpoints WHERE run = ?1 ORDER BY number DESC LIMIT 2)
                """,
                .string(run.text)
            )
        }
    }

    /// The newest checkpoint of a run that is whole.
    ///
    /// A damaged newest one is passed over for the one before: it covers less, and nothing wrong.
    package func latestCheckpoint(of run: RunID) throws(LedgerError) -> [UInt8]? {
        var damage: LedgerError?
        for number in try checkpointNumbers(of: run) {
            do throws(LedgerError) {
                return try checkpoint(number)
            } catch {
                guard error.reason == .damaged else { throw error }
                damage = damage ?? error
            }
        }
        if let damage { throw damage }
        return nil
    }

    private func checkpoint(_ number: Int64) throws(LedgerError) -> [UInt8]? {
        let found: [[UInt8]] = try rows(
            "SELECT run, at, bytes, seal FROM checkpoints WHERE number = ?",
            [.integer(number)],
            columns: [.text, .integer, .blob]
        ) { values in
            guard case .blob(let bytes) = values[2] else { return nil }
            return bytes
        }
        return found.first
    }

    /// Forgets the checkpoints of a run.
    package func forgetCheckpoints(of run: RunID) throws(LedgerError) {
        try write { (connection) throws(SQLiteError) in
            try connection.run("DELETE FROM checkpoints WHERE run = ?", .string(run.text))
        }
    }

    private func checkpointNumbers(of run: RunID) throws(LedgerError) -> [Int64] {
        do {
            return try connection.withStatement(
                "SELECT number FROM checkpoints WHERE run = ? ORDER BY number DESC"
            ) {
                (statement) throws(SQLiteError) in
                try statement.bind([.string(run.text)])
                var numbers: [Int64] = []
                while try statement.step() { numbers.append(statement.integer(0)) }
                return numbers
            }
        } catch { throw LedgerError(error) }
    }
}
