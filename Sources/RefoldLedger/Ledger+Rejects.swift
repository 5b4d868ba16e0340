import RefoldBytes
import RefoldSQLite

extension Ledger {
    /// Replaces the rejects of one stage of a run: a stage that is done again sets aside the same ones again.
    package func replaceRejects(
        stage: String,
        with rejects: [RejectRecord],
        of run: RunID
    ) throws(LedgerError) {
        let sql = """
            INSERT INTO rejects (run, stage, ordinal, segment, line, key, readModel, why, accepted, other, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try write { (connection) throws(SQLiteError) in
            try connection.run(
                "DELETE FROM rejects WHERE run = ? AND stage = ?",
                .string(run.text),
                .string(stage)
            )
            for reject in rejects {
                let values = reject.values(run: run)
                try connection.withStatement(sql) { (statement) throws(SQLiteError) in
                    try statement.bind(values + [RowSeal.of(values)])
                    while try statement.step() {}
                }
            }
        }
    }

    /// The rejects of a run: those of the archive first, then by read model, in a fixed order.
    package func rejects(of run: RunID) throws(LedgerError) -> [RejectRecord] {
        try rows(
            """
            SELECT run, stage, ordinal, segment, line, key, readModel, why, accepted, other, seal FROM rejects
            WHERE run = ? ORDER BY stage, ordinal
            """,
            [.string(run.text)],
            columns: [.text, .text, .integer, .text, .integer, .text, .text, .text, .text, .text],
            RejectRecord.init(values:)
        )
    }

    /// Notes that rejects were accepted, with the note.
    package func accept(_ rejects: [RejectRecord], note: String, of run: RunID) throws(LedgerError) {
        try write { (connection) throws(SQLiteError) in
            for var reject in rejects {
                reject.accepted = note
                let seal = RowSeal.of(reject.values(run: run))
                try connection.run(
                    "UPDATE rejects SET accepted = ?, seal = ? WHERE run = ? AND stage = ? AND ordinal = ?",
                    .string(note),
                    seal,
                    .string(run.text),
                    .string(reject.stage),
                    .integer(Int64(reject.ordinal))
                )
            }
        }
    }
}

extension RejectRecord {
    fileprivate func values(run: RunID) -> [SQLValue] {
        [
            .string(run.text), .string(stage), .integer(Int64(ordinal)), segment.map { .string($0) } ?? .null,
            line.map { .integer(Int64($0)) } ?? .null, key.map { .string($0) } ?? .null,
            readModel.map { .string($0) } ?? .null, .string(why), accepted.map { .string($0) } ?? .null,
            .text(JSONValue.object(other).canonical),
        ]
    }

    fileprivate init?(values: [SQLValue]) {
        guard values.count == 10, let stage = values[1].asText,
            let ordinal = values[2].asInteger.flatMap({ Int(exactly: $0) }), let why = values[7].asText,
            let other = values[9].asJSON?.asObject
        else { return nil }
        self.init(
            stage: stage.string,
            ordinal: ordinal,
            segment: values[3].asText?.string,
            line: values[4].asInteger.flatMap { Int(exactly: $0) },
            key: values[5].asText?.string,
            readModel: values[6].asText?.string,
            why: why.string,
            accepted: values[8].asText?.string,
            other: other
        )
    }
}
