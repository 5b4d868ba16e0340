public import RefoldBytes

/// One job: which archive, which read models, which target, and how the run behaves.
///
/// Source: MANIFESTS, "Jobs". Paths are absolute here; the manifest reader has resolved them.
public struct JobDefinition: Sendable, Hashable {
    /// What the job does.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Whole archive into a new index, verified, swapped.
        case rebuild = "Rebuild"
        /// Chosen aggregates into the index behind the alias.
        case backfill = "Backfill"
        /// One version of a read model to another.
        case migration = "Migration"
        /// Disaster recovery.
        case restore = "Restore"
    }
    /// The kind.
    public var kind: Kind
    /// The name.
    public var name: String
    /// The archive.
    public var archive: ArchiveReference
    /// The read models, loaded, in the order written.
    public var readModels: [ReadModelDefinition]
    /// The target.
    public var target: TargetDefinition
    /// How the replay runs.
    public var replay: Replay
    /// What happens with rejects.
    public var rejects: Rejects
    /// Whether events appended during the run are followed.
    public var catchUp: CatchUp
    /// Whether newer documents of live writers come along.
    public var carryForward: Bool
    /// The gates before the swap.
    public var verify: Verify
    /// The swap.
    public var cutover: Cutover
    /// A program run before the swap; not zero stops with 5.
    public var beforeCutoverHook: String?
    /// Who is told.
    public var notify: [JSONValue]
    /// Only events up to this instant, milliseconds since 1970.
    public var asOf: Int64?
    /// A prefix before the alias, for scratch names.
    public var prefix: String?
    /// Which aggregates a Backfill takes; nil for the other kinds.
    public var select: Selection?
    /// How a Migration goes; nil for the other kinds.
    ///
    /// Its new definition is the one in ``readModels``.
    public var migration: Migration?
    /// Keys of the manifest that are decoded and not built yet, by name; `plan` and `run` refuse them with 64.
    public var notBuilt: [String]

    /// All parts, as read.
    public init(
        kind: Kind,
        name: String,
        archive: ArchiveReference,
        readModels: [ReadModelDefinition],
        target: TargetDefinition,
        replay: Replay = Replay(),
        rejects: Rejects = Rejects(),
        catchUp: CatchUp = CatchUp(),
        carryForward: Bool = false,
        verify: Verify = Verify(),
        cutover: Cutover = Cutover(),
        beforeCutoverHook: String? = nil,
        notify: [JSONValue] = [],
        asOf: Int64? = nil,
        prefix: String? = nil,
        select: Selection? = nil,
        migration: Migration? = nil,
        notBuilt: [String] = []
    ) {
        self.kind = kind
        self.name = name
        self.archive = archive
        self.readModels = readModels
        self.target = target
        self.replay = replay
        self.rejects = rejects
        self.catchUp = catchUp
        self.carryForward = carryForward
        self.verify = verify
        self.cutover = cutover
        self.beforeCutoverHook = beforeCutoverHook
        self.notify = notify
        self.asOf = asOf
        self.prefix = prefix
        self.select = select
        self.migration = migration
        self.notBuilt = notBuilt
    }
}

/// Where the archive is.
public struct ArchiveReference: Sendable, Hashable {
    /// What happens with segments that the catalog does not list.
    public enum Unlisted: String, Sendable, Hashable, CaseIterable {
        /// The run is refused.
        case refuse
        /// They are read like the others.
        case read
        /// They are left out.
        case ignore
    }
    /// A folder (absolute) or `s3://…`.
    public var location: String
    /// What happens with unlisted segments.
    public var unlisted: Unlisted
    /// How an object store is reached; nil for a folder.
    public var objectStore: ObjectStore?
    /// Where the manifest names it.
    public var writtenAt = WrittenPlaces.nowhere

    /// How an object store is reached.
    public struct ObjectStore: Sendable, Hashable {
        /// The region.
        public var region: String?
        /// Another host than the region's own.
        public var endpoint: String?
        /// The profile of the credentials.
        public var profile: String?
        /// Whether the bucket stands in the path, not in the host's name.
        public var usesPathStyle: Bool

        /// All parts, as read.
        public init(
            region: String? = nil,
            endpoint: String? = nil,
            profile: String? = nil,
            usesPathStyle: Bool = false
        ) {
            self.region = region
            self.endpoint = endpoint
            self.profile = profile
            self.usesPathStyle = usesPathStyle
        }
    }

    /// All parts.
    public init(location: String, unlisted: Unlisted = .refuse, objectStore: ObjectStore? = nil) {
        self.location = location
        self.unlisted = unlisted
        self.objectStore = objectStore
    }
}

/// Which aggregates a Backfill takes: whole histories, never single events.
public struct Selection: Sendable, Hashable {
    /// Those of these entities; empty: of all.
    public var entities: [ByteString] = []
    /// Those with these ids: `Entity#id`, `Entity/id`, or bare when there is one entity.
    public var ids: [ByteString] = []
    /// Those whose ids stand in this file, one a line, absolute path.
    public var idsFile: String?
    /// Those touched at or after this instant, milliseconds since 1970.
    public var since: Int64?
    /// Those touched before this instant, milliseconds since 1970.
    public var until: Int64?

    /// No choice made.
    public init() {}
}

/// How a Migration goes.
public struct Migration: Sendable, Hashable {
    /// The way it takes.
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// The cheapest right one.
        case auto
        /// Mapping and documents of the serving index change.
        case inPlace
        /// A new index.
        case newIndex
    }
    /// The definition that serves; nil: the one in the serving index's `_meta`.
    public var from: ReadModelDefinition?
    /// The way it takes.
    public var strategy: Strategy

    /// Both parts, as read.
    public init(from: ReadModelDefinition? = nil, strategy: Strategy = .auto) {
        self.from = from
        self.strategy = strategy
    }
}

/// How the replay runs.
///
/// No part of the run's identity but the snapshot.
public struct Replay: Sendable, Hashable {
    /// Shards; nil is the number of cores.
    public var shards: Int?
    /// Bytes of memory; nil is half of what the machine or the cgroup has.
    public var memoryBytes: Int?
    /// Whether the final states are kept for the next run.
    public var keepsSnapshot = false
    /// Seconds between checkpoints; 0 is none.
    public var checkpointSeconds: Double = 30

    /// The defaults.
    public init() {}
}

/// What happens with rejects.
public struct Rejects: Sendable, Hashable {
    /// How many a run may have and still swap.
    public var budget = 0
    /// How many end the run early.
    public var abortAt = 10_000
    /// A file of known ones, absolute.
    public var acceptedFile: String?

    /// The defaults.
    public init() {}
}

/// Whether events appended during the run are followed.
public struct CatchUp: Sendable, Hashable {
    /// How far.
    public enum Until: Sendable, Hashable {
        /// Not at all.
        case none
        /// Until nothing new is there.
        case drained
        /// Until the lag is below so many seconds.
        case lag(seconds: Double)
    }
    /// How far.
    public var until: Until = .none
    /// Whether writes to the old index are blocked meanwhile.
    public var blocksWrites = false

    /// The defaults.
    public init() {}
}

/// The gates before the swap.
public struct Verify: Sendable, Hashable {
    /// How documents are compared with what was sent.
    public enum Digest: String, Sendable, Hashable, CaseIterable {
        /// Every document.
        case full
        /// A sample.
        case sampled
        /// None.
        case none
    }
    /// What happens when the serving index is ahead.
    public enum Behind: String, Sendable, Hashable, CaseIterable {
        /// The swap is refused.
        case refuse
        /// It is reported.
        case allow
    }
    /// A query whose number of hits is known.
    public struct Canary: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// The read model it asks.
        public var readModel: String
        /// The query, as OpenSearch takes it.
        public var query: JSONValue
        /// The least number of hits.
        public var minimumHits: Int?
        /// The greatest number of hits.
        public var maximumHits: Int?

        /// All parts, as read.
        public init(name: String, readModel: String, query: JSONValue, minimumHits: Int?, maximumHits: Int?) {
            self.name = name
            self.readModel = readModel
            self.query = query
            self.minimumHits = minimumHits
            self.maximumHits = maximumHits
        }
    }
    /// How documents are compared.
    public var digest: Digest = .full
    /// How many live aggregates may be dirty `gap`; nil: reported only.
    public var gapBudget: Int?
    /// How many entity marks there may be; nil: reported only.
    public var markBudget: Int?
    /// What happens when the serving index is ahead.
    public var behind: Behind = .refuse
    /// The least share of the old index's documents.
    public var minimumShareOfPrevious = 0.9
    /// Queries whose hits are known.
    public var canaries: [Canary] = []

    /// The defaults.
    public init() {}
}

/// The swap.
public struct Cutover: Sendable, Hashable {
    /// Who swaps.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// The run.
        case auto
        /// A person, by `refold cutover`.
        case manual
    }
    /// What happens with a concrete index under the alias's name.
    public enum Adopt: String, Sendable, Hashable, CaseIterable {
        /// The run is refused.
        case refuse
        /// It is replaced, its documents first copied to a kept index.
        case replace
    }
    /// Who swaps.
    public var mode: Mode = .auto
    /// How many complete indices stay, the serving one included.
    public var keep = 2
    /// Whether all read models swap in one step or none does.
    public var together = true
    /// An alias that points at the ready index until the swap.
    public var preview: String?
    /// What happens with a concrete index under the alias's name.
    public var adopt: Adopt = .refuse
    /// Whether an as-of run may swap a serving alias.
    public var allowsPast = false

    /// The defaults.
    public init() {}
}

/// Where documents go.
public struct TargetDefinition: Sendable, Hashable {
    /// What it is.
    public enum Place: Sendable, Hashable {
        /// A SQLite file, absolute path.
        case embedded(path: String)
        /// A bulk body on disk, absolute path.
        case file(path: String)
        /// A search engine; its part of the manifest as read, secrets as references.
        case openSearch(JSONValue)
    }
    /// A name, when it came from a Target file.
    public var name: String?
    /// What it is.
    public var place: Place
    /// Settings laid over every read model's.
    public var indexSettings: JSONObject
    /// Whether swap and prune need consent.
    public var isProtected: Bool

    /// All parts, as read.
    public init(name: String? = nil, place: Place, indexSettings: JSONObject = [:], isProtected: Bool = false)
    {
        self.name = name
        self.place = place
        self.indexSettings = indexSettings
        self.isProtected = isProtected
    }
}
