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
    /// No document, and why. A serving index deletes it with its version.
    case absent(Absence)
    /// The document is refused: the reason word and a sentence that names the field, without its value.
    case reject(why: String, detail: String, field: String? = nil)

    /// Why an aggregate gives no document.
    public enum Absence: Sendable, Hashable {
        /// Its last word was a delete.
        case deleted
        /// It lives, and a condition of `where` does not hold.
        case outsideWhere
        /// It lives without fields, or without any that the document takes.
        case empty
    }
}
