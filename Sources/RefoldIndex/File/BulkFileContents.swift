import RefoldBytes
import RefoldModel

/// Where the documents of one index lie in a bulk file, in order of id bytes.
struct BulkFileContents {
    /// One document.
    struct Entry {
        var id: ByteString
        var version: Int64
        /// Where its chunk begins and how long it is.
        var chunk: Range<Int>
        /// Where the document lies in the chunk, unpacked.
        var source: Range<Int>
    }
    /// The documents.
    private(set) var entries: [Entry] = []

    /// The document with an id.
    func entry(of id: ByteString) -> Entry? {
        let place = place(notBefore: id)
        return place < entries.count && entries[place].id == id ? entries[place] : nil
    }

    /// The version of the document with an id.
    func version(of id: ByteString) -> Int64? { entry(of: id)?.version }

    /// Entries behind an id.
    func page(after id: ByteString?, limit: Int) -> [Entry] {
        var start = 0
        if let id {
            start = place(notBefore: id)
            if start < entries.count, entries[start].id == id { start += 1 }
        }
        return Array(entries[start...].prefix(max(0, limit)))
    }

    private func place(notBefore id: ByteString) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Reads a file chunk by chunk; the contents by what `_index` says.
    static func read(
        _ path: String,
        chunks: [Int],
        isCompressed: Bool
    ) throws(IndexError) -> [String: BulkFileContents] {
        var contents: [String: BulkFileContents] = [:]
        var offset = 0
        for length in chunks {
            let chunk = offset..<offset + length
            let bytes = try unpacked(path, chunk, isCompressed: isCompressed)
            try parse(bytes, chunk: chunk, path: path, into: &contents)
            offset = chunk.upperBound
        }
        for alias in contents.keys { contents[alias]?.entries.sort { $0.id < $1.id } }
        return contents
    }

    /// The documents of entries, in their order; each chunk is unpacked once.
    static func documents(
        _ entries: [Entry],
        in path: String,
        isCompressed: Bool,
        withSource: Bool
    ) throws(IndexError) -> [Document] {
        var documents = entries.map { Document(id: $0.id, version: $0.version, source: "") }
        guard withSource else { return documents }
        var chunk: (range: Range<Int>, bytes: [UInt8])?
        let order = entries.indices.sorted { entries[$0].chunk.lowerBound < entries[$1].chunk.lowerBound }
        for place in order {
            let entry = entries[place]
            if chunk?.range != entry.chunk {
                chunk = (entry.chunk, try unpacked(path, entry.chunk, isCompressed: isCompressed))
            }
            guard let bytes = chunk?.bytes, entry.source.upperBound <= bytes.count else {
                throw damaged(path)
            }
            documents[place].source = ByteString(copying: bytes[entry.source])
        }
        return documents
    }

    private static func unpacked(
        _ path: String,
        _ chunk: Range<Int>,
        isCompressed: Bool
    ) throws(IndexError) -> [UInt8] {
        let bytes = try DiskFile.read(path, at: chunk.lowerBound, count: chunk.count)
        guard bytes.count == chunk.count else { throw damaged(path) }
        guard isCompressed else { return bytes }
        guard case .frame(let header) = ZstdFrameStart(bytes.span.bytes), let size = header.contentBytes,
            size <= 4 << 30
        else { throw damaged(path) }
        var plain = ByteBuffer(capacity: Int(size))
        do throws(CompressionError) {
            var decoder = try ZstdDecoder()
            try decoder.decode(frame: bytes.span.bytes, decodedBound: Int(size), into: &plain)
        } catch {
            throw damaged(path)
        }
        return plain.array()
    }

    private static func parse(
        _ bytes: [UInt8],
        chunk: Range<Int>,
        path: String,
        into contents: inout [String: BulkFileContents]
    ) throws(IndexError) {
        var at = 0
        while at < bytes.count {
            guard let actionEnd = bytes[at...].firstIndex(of: UInt8(ascii: "\n")),
                let sourceEnd = bytes[(actionEnd + 1)...].firstIndex(of: UInt8(ascii: "\n"))
            else { throw damaged(path) }
            let action: JSONValue
            do {
                action = try JSONValue(parsing: ByteString(copying: bytes[at..<actionEnd]))
            } catch {
                throw damaged(path)
            }
            guard let index = action["index"], let alias = index["_index"]?.asString,
                case .string(let id)? = index["_id"], let version = index["version"]?.asInt64
            else { throw damaged(path) }
            contents[alias, default: BulkFileContents()].entries.append(
                Entry(id: id, version: version, chunk: chunk, source: actionEnd + 1..<sourceEnd)
            )
            at = sourceEnd + 1
        }
    }

    private static func damaged(_ path: String) -> IndexError {
        IndexError(
            .damaged,
            "the file is not what was written",
            place: path,
            fix: "remove it and run with --fresh"
        )
    }
}
