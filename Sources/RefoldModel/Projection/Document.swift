public import RefoldBytes

/// One document of a read model, ready for an index.
public struct Document: Sendable, Hashable {
    /// `_id`, at most 512 UTF-8 bytes.
    public var id: ByteString
    /// The external version, 0…2⁶³−1.
    public var version: Int64
    /// The source: one canonical JSON object.
    public var source: ByteString

    /// All parts.
    public init(id: ByteString, version: Int64, source: ByteString) {
        self.id = id
        self.version = version
        self.source = source
    }
}

/// What the projection makes of one aggregate.
public enum ProjectionOutcome: Sendable, Hashable {
    /// A document to write: its source, one canonical JSON object.
    case document(source: ByteString)
    /// No document: deleted, empty, or outside `where`. A serving index deletes it with its version.
    case absent
    /// The document is refused: the reason word and a sentence that names the field, without its value.
    case reject(why: String, detail: String, field: String? = nil)
}
