import RefoldBytes

/// Sorts expected documents by id in bounded memory: full buffers go to disk as sorted files.
///
/// Isolation: one task's. Complexity: n log n compares, each mostly of the first eight bytes; memory is the limit of
/// records times about sixty bytes.
struct ExpectedSorter {
    private struct Entry {
        /// The first eight bytes of the id, big-endian: decides most compares.
        var prefix: UInt64
        var start: Int
        var count: Int
        var version: Int64
        var kind: ExpectedDocument.Kind
        var hash: SourceHash
    }
    private let folder: String
    private let name: String
    private let limit: Int
    private var ids: [UInt8] = []
    private var entries: [Entry] = []
    /// The files written so far, relative to the folder.
    private(set) var files: [String] = []

    /// Files of this sorter are named `NAME-NUMBER.expected`.
    init(folder: String, name: String, limit: Int = 1 << 17) {
        self.folder = folder
        self.name = name
        self.limit = limit
    }

    /// Takes one record.
    mutating func add(_ document: ExpectedDocument) throws(PipelineError) {
        let bytes = document.id.bytes
        var prefix: UInt64 = 0
        for place in 0..<8 { prefix = prefix << 8 | UInt64(place < bytes.count ? bytes[place] : 0) }
        entries.append(
            Entry(
                prefix: prefix,
                start: ids.count,
                count: bytes.count,
                version: document.version,
                kind: document.kind,
                hash: document.hash
            )
        )
        ids.append(contentsOf: bytes)
        if entries.count >= limit { try flush() }
    }

    /// Writes what is left; the files are durable afterwards.
    mutating func finish() throws(PipelineError) -> [String] {
        if !entries.isEmpty { try flush() }
        return files
    }

    private mutating func flush() throws(PipelineError) {
        let ids = self.ids
        entries.sort { left, right in
            if left.prefix != right.prefix { return left.prefix < right.prefix }
            return ids[left.start..<left.start + left.count]
                .lexicographicallyPrecedes(ids[right.start..<right.start + right.count])
        }
        let file = "\(name)-\(files.count).expected"
        var writer = try ExpectedFileWriter(path: "\(folder)/\(file)")
        for entry in entries {
            try writer.write(
                id: ids[entry.start..<entry.start + entry.count],
                version: entry.version,
                kind: entry.kind,
                hash: entry.hash
            )
        }
        try writer.finish()
        files.append(file)
        self.ids.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }
}
