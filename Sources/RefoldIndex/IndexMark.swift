public import RefoldBytes

/// What `_meta.refold` of an index says: the truth about what serves sits beside the data.
public struct IndexMark: Sendable, Hashable {
    /// The run that built it.
    public var run: String
    /// The job's name.
    public var job: String
    /// The read model's name.
    public var readModel: String
    /// Its version.
    public var readModelVersion: Int
    /// Its whole definition.
    public var definition: JSONValue
    /// Digest of the archive that was read, hexadecimal.
    public var archiveDigest: String
    /// When the run began, ISO 8601 UTC.
    public var startedAt: String
    /// How far it came: `building`, `ready`, `serving`, `retired`.
    public var state: String
    /// When it was swapped in, ISO 8601 UTC.
    public var swappedAt: String?
    /// The index it replaced; nil: it was the first.
    public var predecessor: String?
    /// A hold after a rollback: later runs stop ready until it is released.
    public var hold: Hold?
    /// What else later versions wrote; kept as it is.
    public var other: JSONObject

    /// A hold on an alias.
    public struct Hold: Sendable, Hashable {
        /// When it was set, ISO 8601 UTC.
        public var since: String
        /// The run that was rolled back.
        public var run: String
        /// Both parts.
        public init(since: String, run: String) {
            self.since = since
            self.run = run
        }
    }

    /// All parts.
    public init(
        run: String,
        job: String,
        readModel: String,
        readModelVersion: Int,
        definition: JSONValue,
        archiveDigest: String,
        startedAt: String,
        state: String,
        swappedAt: String? = nil,
        predecessor: String? = nil,
        hold: Hold? = nil,
        other: JSONObject = [:]
    ) {
        self.run = run
        self.job = job
        self.readModel = readModel
        self.readModelVersion = readModelVersion
        self.definition = definition
        self.archiveDigest = archiveDigest
        self.startedAt = startedAt
        self.state = state
        self.swappedAt = swappedAt
        self.predecessor = predecessor
        self.hold = hold
        self.other = other
    }
}
