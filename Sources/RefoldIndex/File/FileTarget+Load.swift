import RefoldBytes
package import RefoldModel

extension FileTarget {
    /// Appends the documents of a batch as one chunk; deletions write nothing, for a new file has nothing to delete.
    package func load(
        _ batch: DocumentBatch,
        into index: IndexIdentity
    ) throws(IndexError) -> [ItemOutcome] {
        try readRecords()
        guard var record = growing, let place = record.place(of: index) else {
            return try repeated(batch, index)
        }
        let alias = record.indices[place].alias
        let known = written?[alias]
        var lines = BulkLines(alias: alias)
        var outcomes: [ItemOutcome] = []
        outcomes.reserveCapacity(batch.count)
        for entry in batch.entries {
            if let refusal = batch.refusal(of: entry) {
                outcomes.append(refusal)
            } else if entry.isDeletion {
                outcomes.append(.deleted)
            } else if let standing = known?.version(of: batch.id(of: entry)), standing >= entry.version {
                outcomes.append(standing == entry.version ? .indexed : .superseded)
            } else {
                lines.append(entry, of: batch)
                outcomes.append(.indexed)
            }
        }
        guard lines.count > 0 else { return outcomes }
        let length = try append(lines.bytes, at: record.length)
        record.chunks.append(length)
        record.indices[place].documents += lines.count
        try keepGrowing(record)
        return outcomes
    }

    /// A batch sent again after the file was finished: all of it must be in there.
    private func repeated(_ batch: DocumentBatch, _ index: IndexIdentity) throws(IndexError) -> [ItemOutcome]
    {
        guard let record = finished, let place = record.place(of: index) else { throw replaced(index) }
        let contents = try contents()[record.indices[place].alias]
        var outcomes: [ItemOutcome] = []
        for entry in batch.entries {
            if let refusal = batch.refusal(of: entry) {
                outcomes.append(refusal)
            } else if entry.isDeletion {
                outcomes.append(.deleted)
            } else if let standing = contents?.version(of: batch.id(of: entry)), standing >= entry.version {
                outcomes.append(standing == entry.version ? .indexed : .superseded)
            } else {
                throw IndexError(
                    .exists,
                    "the file is finished and takes no more documents",
                    place: path,
                    fix: "run with --fresh to write it anew"
                )
            }
        }
        return outcomes
    }

    /// Ends an index; with the last one the file gets its name.
    package func settle(_ index: IndexIdentity, forceMerge: Int?) throws(IndexError) -> SettleReport {
        try readRecords()
        guard var record = growing, let place = record.place(of: index) else {
            return SettleReport(documents: try count(index), remarks: [])
        }
        record.indices[place].isSettled = true
        try keepGrowing(record)
        if record.indices.allSatisfy(\.isSettled) { try finish(record) }
        return SettleReport(documents: record.indices[place].documents, remarks: [])
    }
}
