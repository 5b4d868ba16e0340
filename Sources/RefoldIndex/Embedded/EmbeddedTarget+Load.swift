import RefoldBytes
package import RefoldModel
import RefoldSQLite

extension EmbeddedTarget {
    /// Ids over which an index under construction gets its unique index early, so that memory stays bounded.
    private static let appendLimit = 8_000_000

    /// Bytes of one batch: offsets in the tape of its documents have 32 bits.
    private static let batchLimit = 2 << 30

    /// Writes a batch in one transaction; it is on disk when this returns.
    ///
    /// An index that this object made takes new ids by appending, without a unique index, which is built when it is
    /// settled: the fastest way into SQLite. The hashes of the ids are remembered meanwhile, and at the first that
    /// comes again the unique index is built at once and decides; so the outcomes are exact either way. After a resume
    /// it is built before the first batch.
    nonisolated package func load(
        _ batch: DocumentBatch,
        into index: IndexIdentity
    ) async throws(IndexError) -> [ItemOutcome] {
        guard batch.bytes.count < EmbeddedTarget.batchLimit else {
            throw IndexError(
                .unavailable,
                "a batch of \(batch.bytes.count) bytes is more than is written at once",
                place: index.name,
                cause: "one batch may have \(EmbeddedTarget.batchLimit) bytes",
                fix: "leave large fields out of the document"
            )
        }
        let layout = try await layout(of: index)
        let encoded = await EmbeddedTarget.encode(batch, mapping: layout.mapping)
        return try await write(encoded, layout: layout, into: index)
    }

    /// On the concurrent pool, not on the actor.
    @concurrent
    private static func encode(_ batch: DocumentBatch, mapping: Mapping) async -> EncodedBatch {
        EncodedBatch(batch, mapping: mapping)
    }

    private func write(
        _ batch: EncodedBatch,
        layout: TableLayout,
        into index: IndexIdentity
    ) throws(IndexError) -> [ItemOutcome] {
        guard try openedToRead() != nil else { throw missing(index) }
        // Taken out, so that a set is changed in place; a batch that fails leaves ids behind, which costs nothing but
        // an earlier unique index.
        var hashes = appended.removeValue(forKey: index.uuid)
        defer { appended[index.uuid] = hashes }
        return try transaction { (connection) throws(IndexError) in
            let entry = try Catalogue(connection: connection).required(index)
            return try translated { () throws(SQLiteError) in
                var writer = BatchWriter(connection: connection, layout: layout, uuid: index.uuid)
                if !entry.isLoading || (hashes?.count ?? .max) > EmbeddedTarget.appendLimit { hashes = nil }
                return try writer.write(batch, appending: &hashes)
            }
        }
    }
}

/// Writes one encoded batch inside a transaction.
private struct BatchWriter {
    let connection: Connection
    let layout: TableLayout
    let uuid: String

    mutating func write(
        _ batch: EncodedBatch,
        appending hashes: inout Set<Int>?
    ) throws(SQLiteError) -> [ItemOutcome] {
        var outcomes: [ItemOutcome] = []
        outcomes.reserveCapacity(batch.writes.count)
        var next = 0
        if hashes != nil, try !hasIDIndex() {
            try append(batch, &next, &hashes, &outcomes)
            if next == batch.writes.count { return outcomes }
        }
        hashes = nil
        if try !hasIDIndex() { try connection.execute(layout.createIDIndex) }
        while next < batch.writes.count {
            outcomes.append(try merge(batch.writes[next], batch))
            next += 1
        }
        return outcomes
    }

    private func hasIDIndex() throws(SQLiteError) -> Bool {
        try connection.integer(
            "SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?",
            .string(layout.idIndexName)
        ) != nil
    }

    /// Appends rows until an id comes again.
    private func append(
        _ batch: EncodedBatch,
        _ next: inout Int,
        _ hashes: inout Set<Int>?,
        _ outcomes: inout [ItemOutcome]
    ) throws(SQLiteError) {
        try connection.withStatement(layout.insert) { (insert) throws(SQLiteError) in
            while next < batch.writes.count {
                switch batch.writes[next] {
                case .refused(let outcome): outcomes.append(outcome)
                case .row(let id, _, let cells):
                    guard hashes?.insert(hash(id, batch)).inserted == true else { return }
                    try insert.run(batch.cells[cells], over: batch.bytes.span.bytes)
                    outcomes.append(.indexed)
                case .deletion(let id, let version):
                    guard hashes?.insert(hash(id, batch)).inserted == true else { return }
                    try bury(id, version, batch)
                    outcomes.append(.deleted)
                }
                next += 1
            }
        }
    }

    private func hash(_ id: Range<Int>, _ batch: EncodedBatch) -> Int {
        var hasher = Hasher()
        batch.bytes.withUnsafeBytes { hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0[id])) }
        return hasher.finalize()
    }

    /// One write where the unique index decides: `external_gte`.
    private func merge(
        _ write: EncodedBatch.Write,
        _ batch: EncodedBatch
    ) throws(SQLiteError) -> ItemOutcome {
        switch write {
        case .refused(let outcome): return outcome
        case .row(let id, let version, let cells):
            let buried = try buriedVersion(id, batch)
            if let buried, buried > version { return .superseded }
            try connection.withStatement(layout.upsert) { (upsert) throws(SQLiteError) in
                try upsert.run(batch.cells[cells], over: batch.bytes.span.bytes)
            }
            guard connection.changes > 0 else { return .superseded }
            if buried != nil { try exhume(id, batch) }
            return .indexed
        case .deletion(let id, let version):
            if let buried = try buriedVersion(id, batch), buried > version { return .superseded }
            if let standing = try connection.integer(layout.version, text(id, batch)) {
                if standing > version { return .superseded }
                try connection.run(layout.deleteOne, text(id, batch))
            }
            try bury(id, version, batch)
            return .deleted
        }
    }

    private func text(_ id: Range<Int>, _ batch: EncodedBatch) -> SQLValue {
        .text(ByteString(copying: batch.bytes[id]))
    }

    /// The version of a deletion, remembered for ever: an older document that comes late stays away.
    private func buriedVersion(_ id: Range<Int>, _ batch: EncodedBatch) throws(SQLiteError) -> Int64? {
        try connection.integer(
            "SELECT \"version\" FROM \"_refold_tombstones\" WHERE \"uuid\" = ? AND \"id\" = ?",
            .string(uuid),
            text(id, batch)
        )
    }

    private func bury(_ id: Range<Int>, _ version: Int64, _ batch: EncodedBatch) throws(SQLiteError) {
        try connection.run(
            "INSERT OR REPLACE INTO \"_refold_tombstones\"(\"uuid\", \"id\", \"version\") VALUES(?, ?, ?)",
            .string(uuid),
            text(id, batch),
            .integer(version)
        )
    }

    private func exhume(_ id: Range<Int>, _ batch: EncodedBatch) throws(SQLiteError) {
        try connection.run(
            "DELETE FROM \"_refold_tombstones\" WHERE \"uuid\" = ? AND \"id\" = ?",
            .string(uuid),
            text(id, batch)
        )
    }
}
