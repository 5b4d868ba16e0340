internal import RefoldBytes

/// Sorts lines by key in bounded memory: full buffers go to disk as sorted files.
///
/// Isolation: one task's. Files of the work folder that only this process reads: they have no seal and are not synced.
struct LineSorter: ~Copyable {
    /// One line and what it is sorted by.
    struct Entry {
        var key: ByteString
        var line: ByteString

        /// What it takes in memory, about.
        var byteCount: Int { key.count + line.count + 96 }
    }
    private let folder: String
    private let limit: Int
    private var held: [Entry] = []
    private var heldBytes = 0
    private var files: [String] = []

    /// Files are named `lines-NUMBER.sorted`; `limit` is how many bytes of lines are held.
    init(folder: String, limit: Int) {
        self.folder = folder
        self.limit = limit
    }

    /// Takes a line; no two have the same key.
    mutating func add(key: ByteString, line: ByteString) throws(PipelineError) {
        let entry = Entry(key: key, line: line)
        held.append(entry)
        heldBytes += entry.byteCount
        if heldBytes > limit { try flush() }
    }

    /// The lines in order; what fits into memory never sees the disk.
    consuming func finish() -> SortedLines {
        held.sort { $0.key < $1.key }
        return SortedLines(files: files, held: held)
    }

    private mutating func flush() throws(PipelineError) {
        held.sort { $0.key < $1.key }
        let path = "\(folder)/lines-\(files.count).sorted"
        let file = try WorkFile.create(path)
        var buffer: [UInt8] = []
        for entry in held {
            SortedLines.append(entry, to: &buffer)
            guard buffer.count >= SortedLines.chunk else { continue }
            try file.append(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        try file.append(buffer)
        files.append(path)
        held.removeAll(keepingCapacity: true)
        heldBytes = 0
    }
}
