internal import RefoldBytes

/// Lines that a ``LineSorter`` sorted, read as often as need be while the work folder is there.
///
/// Shape of a file: a record a line: length of the key (4 bytes, little-endian), length of the line (4), key, line.
struct SortedLines: Sendable {
    static let chunk = 1 << 16
    private static let headerBytes = 8
    private let files: [String]
    private let held: [(key: ByteString, line: ByteString)]

    init(files: [String], held: [LineSorter.Entry]) {
        self.files = files
        self.held = held.map { ($0.key, $0.line) }
    }

    /// Whether there is no line.
    var isEmpty: Bool { files.isEmpty && held.isEmpty }

    /// Reads them from the first.
    func reader() throws(PipelineError) -> Reader { try Reader(files, held) }

    /// Joins the files and what memory holds.
    ///
    /// Complexity: a compare with each file a line; 64 KiB of memory a file, and what the longest line takes.
    struct Reader {
        private var sources: [Source] = []
        private var rest: ArraySlice<(key: ByteString, line: ByteString)>

        fileprivate init(
            _ files: [String],
            _ held: [(key: ByteString, line: ByteString)]
        ) throws(PipelineError) {
            rest = held[...]
            for file in files { sources.append(try Source(file)) }
        }

        /// The next line in order of key bytes; nil at the end.
        mutating func next() throws(PipelineError) -> ByteString? {
            var least: (key: ByteString, line: ByteString)? = rest.first
            var place: Int?
            for index in sources.indices {
                guard let head = sources[index].head else { continue }
                if let least, least.key < head.key { continue }
                least = (head.key, head.line)
                place = index
            }
            if let place {
                try sources[place].advance()
            } else {
                rest = rest.dropFirst()
            }
            return least?.line
        }
    }

    static func append(_ entry: LineSorter.Entry, to buffer: inout [UInt8]) {
        for count in [entry.key.count, entry.line.count] {
            for place in 0..<4 { buffer.append(UInt8(truncatingIfNeeded: count >> (8 * place))) }
        }
        buffer += entry.key.bytes
        buffer += entry.line.bytes
    }

    /// One file, the least line that is left at its head.
    private struct Source {
        private let file: WorkFile
        private var buffer: [UInt8] = []
        private var at = 0
        private(set) var head: LineSorter.Entry?

        init(_ path: String) throws(PipelineError) {
            file = try WorkFile.open(path)
            try advance()
        }

        mutating func advance() throws(PipelineError) {
            head = nil
            guard try available(1) else { return }
            guard try available(headerBytes) else { throw cut() }
            let (key, line) = (count(at: 0), count(at: 4))
            guard try available(headerBytes + key + line) else { throw cut() }
            let start = at + headerBytes
            head = LineSorter.Entry(
                key: ByteString(copying: buffer[start..<start + key]),
                line: ByteString(copying: buffer[start + key..<start + key + line])
            )
            at = start + key + line
        }

        /// Whether so many bytes lie ahead; reads on until they do or the file ends.
        private mutating func available(_ wanted: Int) throws(PipelineError) -> Bool {
            while buffer.count - at < wanted {
                let more = try file.next(chunk)
                guard !more.isEmpty else { return false }
                buffer.removeFirst(at)
                at = 0
                buffer += more
            }
            return true
        }

        private func count(at offset: Int) -> Int {
            (0..<4).reversed().reduce(0) { $0 << 8 | Int(buffer[at + offset + $1]) }
        }

        private func cut() -> PipelineError {
            PipelineError(
                .damaged,
                "a work file is cut off",
                place: file.path,
                fix: "look for who removes files there, then run the same command again"
            )
        }
    }
}
