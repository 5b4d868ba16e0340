package import RefoldBytes
package import RefoldModel

extension FileTarget {
    /// The indices of the finished file and of the one that is being written.
    package func describe(prefix: String) throws(IndexError) -> TargetDescription {
        try readRecords()
        var description = TargetDescription(indices: [], aliases: [:], occupied: [])
        for record in [finished, growing].compactMap({ $0 }) {
            for index in record.indices where index.name.utf8.starts(with: prefix.utf8) {
                description.indices.append(
                    TargetDescription.Index(
                        identity: IndexIdentity(name: index.name, uuid: record.uuid),
                        mark: index.mark,
                        documents: index.documents,
                        mappings: index.mappings,
                        aliases: []
                    )
                )
            }
        }
        return description
    }

    /// The number of documents.
    package func count(_ index: IndexIdentity) throws(IndexError) -> Int {
        try readRecords()
        let (record, place) = try required(index)
        return record.indices[place].documents
    }

    /// Reads documents in order of id bytes.
    package func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) throws(IndexError) -> any DocumentScan {
        try readRecords()
        _ = try required(index)
        return PagedScan { [self] (id) async throws(IndexError) in
            try await page(of: index, after: id, limit: PagedScan.documents, withSource: withSource)
        }
    }

    /// A page of documents behind an id, in order of id bytes, read from the file.
    private func page(
        of index: IndexIdentity,
        after id: ByteString?,
        limit: Int,
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        try readRecords()
        let (record, place) = try required(index)
        guard let contents = try contents()[record.indices[place].alias] else { return [] }
        return try documents(contents.page(after: id, limit: limit), withSource: withSource)
    }

    /// The documents with these ids, read from the file.
    package func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        try readRecords()
        let (record, place) = try required(index)
        guard let contents = try contents()[record.indices[place].alias] else { return [] }
        return try documents(ids.compactMap { contents.entry(of: $0) }, withSource: withSource)
    }

    /// A file answers no queries.
    package func hits(of query: JSONValue, in index: IndexIdentity) throws(IndexError) -> Int {
        throw IndexError(.query, "a file answers no queries", place: path, fix: "leave out verify.canaries")
    }

    /// A file has no aliases.
    package func swap(_ swaps: [AliasSwap]) throws(IndexError) -> SwapOutcome {
        throw IndexError(
            .refused,
            "a file has no aliases",
            place: path,
            fix: "name an embedded target; a file is only written"
        )
    }

    /// The record that knows an index.
    func required(_ index: IndexIdentity) throws(IndexError) -> (BulkFileRecord, Int) {
        for record in [growing, finished].compactMap({ $0 }) {
            if let place = record.place(of: index) { return (record, place) }
        }
        throw replaced(index)
    }

    func replaced(_ index: IndexIdentity) -> IndexError {
        IndexError(
            .replaced,
            "the file does not hold index '\(index.name)' of this run",
            place: path,
            cause: "another run has begun to write it, or the file was removed",
            fix: "run the same command with --fresh"
        )
    }

    /// Where each document lies, read once.
    func contents() throws(IndexError) -> [String: BulkFileContents] {
        if let written, growing == nil { return written }
        guard let record = growing ?? finished else { return [:] }
        let file = growing == nil ? path : growingPath
        let read = try BulkFileContents.read(file, chunks: record.chunks, isCompressed: isCompressed)
        written = read
        return read
    }

    private func documents(
        _ entries: [BulkFileContents.Entry],
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        try BulkFileContents.documents(
            entries,
            in: growing == nil ? path : growingPath,
            isCompressed: isCompressed,
            withSource: withSource
        )
    }
}
