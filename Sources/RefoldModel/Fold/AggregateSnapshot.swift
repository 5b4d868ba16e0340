public import RefoldBytes

/// The folded state of one aggregate, as the projection and `state` see it.
///
/// Whatever the fold was, the fields are one canonical JSON object.
public struct AggregateSnapshot: Sendable, Hashable {
    /// Whether the aggregate lives.
    public enum State: String, Sendable, Hashable {
        /// It has a state.
        case live
        /// Its last word was a delete.
        case deleted
    }
    /// The entity.
    public var entity: ByteString
    /// The id within the entity.
    public var id: ByteString
    /// Whether it lives.
    public var state: State
    /// The fields as one canonical JSON object; `{}` when deleted.
    public var fields: ByteString
    /// The document's external version, 0…2⁶³−1.
    public var version: Int64
    /// Position of the last event, as JSON text: an integer, or for Salesforce its order key's parts.
    public var position: Int64
    /// Time of the last event, as it came; for Salesforce commitTimestamp in milliseconds.
    public var time: JSONValue
    /// Type of the last event.
    public var type: ByteString
    /// Whether no full record was seen (merge only).
    public var isPartial: Bool
    /// What makes the state doubtful, sorted: `bitmap`, `diff`, `gap`, `update_after_delete` (merge only).
    public var dirty: [String]

    /// All parts.
    public init(
        entity: ByteString,
        id: ByteString,
        state: State,
        fields: ByteString,
        version: Int64,
        position: Int64,
        time: JSONValue,
        type: ByteString,
        isPartial: Bool = false,
        dirty: [String] = []
    ) {
        self.entity = entity
        self.id = id
        self.state = state
        self.fields = fields
        self.version = version
        self.position = position
        self.time = time
        self.type = type
        self.isPartial = isPartial
        self.dirty = dirty
    }

    /// `Entity#id`.
    public var key: ByteString { ByteString(entity.bytes + [UInt8(ascii: "#")] + id.bytes) }
}
