public import RefoldBytes

/// Documents and deletions packed into one buffer, on their way to an index.
///
/// Shape: the ids and sources lie one behind the other; an entry says where. One allocation for thousands of documents.
public struct DocumentBatch: Sendable {
    /// Where one write lies.
    public struct Entry: Sendable, Hashable {
        /// Offset of the id.
        public var idOffset: Int
        /// Length of the id in bytes.
        public var idLength: Int
        /// Offset of the source.
        public var sourceOffset: Int
        /// Length of the source in bytes; 0 for a deletion.
        public var sourceLength: Int
        /// The external version.
        public var version: Int64
        /// Whether this deletes the document.
        public var isDeletion: Bool
    }
    /// Ids and sources.
    public private(set) var bytes: [UInt8] = []
    /// The writes in order.
    public private(set) var entries: [Entry] = []

    /// An empty batch.
    public init() {}

    /// Documents as listed.
    public init(_ documents: some Sequence<Document>) {
        for document in documents {
            append(id: document.id.bytes, version: document.version, source: document.source.bytes)
        }
    }

    /// The number of writes.
    public var count: Int { entries.count }

    /// Whether there are none.
    public var isEmpty: Bool { entries.isEmpty }

    /// Adds a document.
    public mutating func append(id: some Collection<UInt8>, version: Int64, source: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: id)
        bytes.append(contentsOf: source)
        entries.append(
            Entry(
                idOffset: start,
                idLength: id.count,
                sourceOffset: start + id.count,
                sourceLength: source.count,
                version: version,
                isDeletion: false
            )
        )
    }

    /// Adds a deletion.
    public mutating func appendDeletion(id: some Collection<UInt8>, version: Int64) {
        append(id: id, version: version, source: EmptyCollection())
        entries[entries.count - 1].isDeletion = true
    }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
    }

    /// The id of an entry, copied.
    public func id(of entry: Entry) -> ByteString {
        ByteString(copying: bytes[entry.idOffset..<entry.idOffset + entry.idLength])
    }

    /// The source of an entry, copied.
    public func source(of entry: Entry) -> ByteString {
        ByteString(copying: bytes[entry.sourceOffset..<entry.sourceOffset + entry.sourceLength])
    }
}
