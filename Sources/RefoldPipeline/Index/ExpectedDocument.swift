import RefoldBytes

/// What the run knows of one id: the document that must be in the index, or why there is none.
struct ExpectedDocument: Sendable, Hashable {
    /// Why an id is known.
    enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// The index holds this document.
        case document = 1
        /// The aggregate gives no document: deleted, empty, outside `where`.
        case absent = 2
        /// Projection or target refused it.
        case rejected = 3
    }
    /// The document's id.
    var id: ByteString
    /// Its version; deleted and rejected ids have one too.
    var version: Int64
    /// Why it is known.
    var kind: Kind
    /// The digest of its source; zero without a document.
    var hash: SourceHash
}

/// The first 128 bits of the SHA-256 of a document's source.
struct SourceHash: Sendable, Hashable {
    var high: UInt64
    var low: UInt64

    /// No source.
    static let none = SourceHash(high: 0, low: 0)

    /// The digest of a source.
    init(of source: [UInt8]) {
        let bytes = SHA256.digest(of: source).bytes
        high = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
