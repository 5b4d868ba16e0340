public import RefoldBytes

/// What indices and aliases there are.
public struct TargetDescription: Sendable, Hashable {
    /// One index.
    public struct Index: Sendable, Hashable {
        /// Name and UUID.
        public var identity: IndexIdentity
        /// `_meta.refold`; nil: not one of ours.
        public var mark: IndexMark?
        /// The number of visible documents; nil: not every part of the index answers.
        public var documents: Int?
        /// Mappings as the target has them.
        public var mappings: JSONObject
        /// Every alias that points at it, whatever its name.
        public var aliases: [String]

        /// All parts.
        public init(
            identity: IndexIdentity,
            mark: IndexMark?,
            documents: Int?,
            mappings: JSONObject,
            aliases: [String]
        ) {
            self.identity = identity
            self.mark = mark
            self.documents = documents
            self.mappings = mappings
            self.aliases = aliases
        }
    }
    /// The indices, by name.
    public var indices: [Index]
    /// Where each alias points; more than one index is a state that refold never makes.
    public var aliases: [String: [String]]
    /// Names that are neither: in the embedded file, tables or views that are not refold's.
    public var occupied: [String]

    /// All parts.
    public init(indices: [Index], aliases: [String: [String]], occupied: [String]) {
        self.indices = indices
        self.aliases = aliases
        self.occupied = occupied
    }
}
