import RefoldBytes

/// A bulk body on disk as a target: an action line and a document line for each document.
///
/// All read models of a job write into one file. It grows under another name and gets its own by one rename when the
/// last of its indices is settled, so that a half-written file is never taken for a whole one. A run that was killed
/// goes on where the record beside the file stands; documents that are sent again are known and not written twice.
/// Shape: a name that ends in `.zst` makes a file of zstd frames, one a batch. Isolation: the actor owns the files.
/// Source: MANIFESTS, "The file target".
package actor FileTarget: IndexTarget {
    /// The file.
    nonisolated package let path: String
    let isCompressed: Bool
    /// What is being written; nil: nothing is, or the disk was not asked yet.
    var growing: BulkFileRecord?
    /// What the finished file holds.
    var finished: BulkFileRecord?
    /// Whether the disk was asked.
    var isRead = false
    /// The documents in the file by index, id and version, once they were read.
    var written: [String: BulkFileContents]?

    /// A target that touches its files when it is first used.
    package init(path: String) {
        self.path = path
        isCompressed = path.hasSuffix(".zst")
    }

    nonisolated var growingPath: String { path + ".partial" }
    nonisolated var growingRecordPath: String { growingPath + ".json" }
    nonisolated var finishedRecordPath: String { path + ".json" }

    /// The lock file beside the file.
    nonisolated package var lockPath: String? { path + ".lock" }

    /// Asks whether the file's folder can be written.
    package func probe() throws(IndexError) -> TargetDialect {
        try readRecords()
        try DiskFile.checkFolder(of: path)
        return TargetDialect(
            engine: isCompressed ? "bulk file, zstd" : "bulk file",
            location: path,
            hasAliases: false,
            comparesOnSwap: false,
            freeBytes: DiskFile.freeBytes(at: path)
        )
    }

    /// Begins an index in the file of its run; another run's unfinished file gives way.
    package func create(_ specification: IndexSpecification) throws(IndexError) -> IndexIdentity {
        try readRecords()
        let run = specification.mark.run
        for record in [finished, growing].compactMap({ $0 }) where record.run == run {
            let identity = IndexIdentity(name: specification.name, uuid: record.uuid)
            if record.place(of: identity) != nil { return identity }
        }
        let alias = IndexNaming(parsing: specification.name)?.alias ?? specification.name
        if let fault = IndexNaming.fault(of: alias) {
            throw IndexError(
                .refused,
                "'\(alias)' cannot name an index: \(fault)",
                place: alias,
                fix: "choose another alias in the read model"
            )
        }
        var record = growing.flatMap { $0.run == run ? $0 : nil } ?? BulkFileRecord(run: run)
        if growing?.run != run {
            written = nil
            try DiskFile.write([UInt8]().span.bytes, to: growingPath, at: 0)
        }
        record.indices.append(
            BulkFileRecord.Index(
                name: specification.name,
                alias: alias,
                mark: specification.mark,
                mappings: specification.mappings
            )
        )
        try keepGrowing(record)
        return IndexIdentity(name: specification.name, uuid: record.uuid)
    }

    /// Gives the whole file its name, then its record.
    func finish(_ record: BulkFileRecord) throws(IndexError) {
        try DiskFile.sync(growingPath)
        try DiskFile.sync(growingRecordPath)
        try DiskFile.move(growingPath, to: path)
        try DiskFile.move(growingRecordPath, to: finishedRecordPath)
        try DiskFile.sync(DiskFile.folder(of: path))
        finished = record
        growing = nil
        written = nil
    }

    /// Replaces the mark of an index.
    package func setMark(_ mark: IndexMark, of index: IndexIdentity) throws(IndexError) {
        try readRecords()
        var (record, place) = try required(index)
        record.indices[place].mark = mark
        if growing?.uuid == record.uuid { return try keepGrowing(record) }
        try DiskFile.replace(finishedRecordPath, with: record.json.canonical.bytes)
        finished = record
    }

    /// Gives up the file that an index is written to.
    ///
    /// Its lines cannot be taken out, so the other indices of the run go too, and are made again under a new UUID.
    /// A finished file is only forgotten: it is the user's, and stays until another takes its place.
    package func delete(_ index: IndexIdentity) throws(IndexError) {
        try readRecords()
        written = nil
        if growing?.place(of: index) != nil {
            growing = nil
            try DiskFile.remove(growingRecordPath)
            try DiskFile.remove(growingPath)
        } else if finished?.place(of: index) != nil {
            finished = nil
            try DiskFile.remove(finishedRecordPath)
        }
    }

    /// Nothing is held open.
    package func close() throws(IndexError) {
        isRead = false
        written = nil
    }
}
