public import RefoldBytes

/// The index to make.
public struct IndexSpecification: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Settings.
    public var settings: JSONObject
    /// Mappings.
    public var mappings: JSONObject
    /// `_meta.refold`.
    public var mark: IndexMark

    /// All parts.
    public init(name: String, settings: JSONObject, mappings: JSONObject, mark: IndexMark) {
        self.name = name
        self.settings = settings
        self.mappings = mappings
        self.mark = mark
    }
}

/// What became of one write.
public enum ItemOutcome: Sendable, Hashable {
    /// It is written.
    case indexed
    /// It is deleted, or was not there.
    case deleted
    /// A newer document stands.
    case superseded
    /// The target refuses this document: reason word, detail without the document's values, and field if one is to blame.
    case rejected(why: String, detail: String, field: String? = nil)
}

/// What settling found.
public struct SettleReport: Sendable, Hashable {
    /// Visible documents.
    public var documents: Int
    /// What is not as the definition wants it, one sentence each (replicas that found no node).
    public var remarks: [String]

    /// Both parts.
    public init(documents: Int, remarks: [String]) {
        self.documents = documents
        self.remarks = remarks
    }
}

/// One alias to move.
public struct AliasSwap: Sendable, Hashable {
    /// The alias.
    public var alias: String
    /// Where it must point now; nil: it must not exist; its own name: a concrete index has it, and goes in the same step.
    public var from: String?
    /// Where it shall point; nil: it is removed.
    public var to: IndexIdentity?

    /// All parts.
    public init(alias: String, from: String?, to: IndexIdentity?) {
        self.alias = alias
        self.from = from
        self.to = to
    }
}

/// What a swap did, as read back.
public enum SwapOutcome: Sendable, Hashable {
    /// Every alias points at its new index and no other.
    case swapped
    /// It did before.
    case alreadyDone
    /// Nothing was changed: an alias points elsewhere (nil: it does not exist).
    case moved(alias: String, pointsAt: [String])
    /// Nothing was changed: the name belongs to a concrete index or table.
    case occupied(alias: String)
}
