public import RefoldBytes
public import RefoldModel

/// A place that holds versioned indices behind aliases: the one seam of the embedded file and the search engines.
///
/// Every method either has its effect and says so, or throws ``IndexError``; none swallows a partial effect. All
/// effects can be repeated: a created index is found again by its name and run, a repeated load answers as written
/// (`external_gte`), a repeated swap answers ``SwapOutcome/alreadyDone``.
/// Source: DOMAIN, section 4 (what real nodes do).
public protocol IndexTarget: Sendable {
    /// The file to lock while a run works here; nil: the target is no file of this machine.
    var lockPath: String? { get }
    /// Asks the target who it is and what it can do; throws when it cannot be used at all.
    func probe() async throws(IndexError) -> TargetDialect
    /// All indices and aliases whose names begin with a prefix (`""`: all that carry `_meta.refold`).
    func describe(prefix: String) async throws(IndexError) -> TargetDescription
    /// Makes an empty index; repeated for the same run it answers what is there.
    ///
    /// A resumed run calls it before it loads. When the index had to be begun anew it answers a new UUID: nothing
    /// that was sent under the old one counts.
    /// What has to be restored while settling is kept in the index's own `_meta`, never in memory.
    ///
    /// Throws `index.refused` (64) when the definition cannot be, `index.exists` when the name belongs to another
    /// run.
    func create(_ specification: IndexSpecification) async throws(IndexError) -> IndexIdentity
    /// Writes a batch, each document with its external version, `external_gte`; the outcomes are in its order.
    func load(_ batch: DocumentBatch, into index: IndexIdentity) async throws(IndexError) -> [ItemOutcome]
    /// Ends loading: builds what is built late, makes documents visible, restores settings, waits for health.
    ///
    /// Throws `index.replaced` when the index's UUID is not the one remembered.
    func settle(_ index: IndexIdentity, forceMerge: Int?) async throws(IndexError) -> SettleReport
    /// The number of visible documents.
    func count(_ index: IndexIdentity) async throws(IndexError) -> Int
    /// Begins to read documents with their versions and, if asked, sources, each once, in the target's own order.
    ///
    /// With a position only those written since, where the target knows (``position(of:)``); else all.
    func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) async throws(IndexError) -> any DocumentScan
    /// The documents with these ids; absent ones are left out.
    func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) async throws(IndexError) -> [Document]
    /// How far the index's writes have come, to ask later for what was written since; nil: the target cannot tell.
    func position(of index: IndexIdentity) async throws(IndexError) -> IndexPosition?
    /// The number of documents that a query finds.
    ///
    /// Throws `index.query` (64) for a query that this target does not understand.
    func hits(of query: JSONValue, in index: IndexIdentity) async throws(IndexError) -> Int
    /// Moves aliases in one atomic step, if each still points where the caller saw it, and reads the result back.
    func swap(_ swaps: [AliasSwap]) async throws(IndexError) -> SwapOutcome
    /// Copies a concrete index, definition and documents with their versions, into one that is kept when its name becomes
    /// an alias; repeated, it copies what is missing.
    ///
    /// Returns when nothing was written to it while it was copied. Throws `index.refused` when it cannot be copied as it is.
    func keepCopy(
        of index: IndexIdentity,
        as name: String,
        mark: IndexMark
    ) async throws(IndexError) -> IndexIdentity
    /// Replaces `_meta.refold` of an index (a hold, a mark); the rest of `_meta` stays.
    func setMark(_ mark: IndexMark, of index: IndexIdentity) async throws(IndexError)
    /// Deletes an index if its UUID is the one given; an index that is not there is no error.
    func delete(_ index: IndexIdentity) async throws(IndexError)
    /// Ends use of the target; files are closed.
    func close() async throws(IndexError)
}

/// What a target is and can do, asked once, printed by `doctor`.
public struct TargetDialect: Sendable, Hashable {
    /// The engine and its version: `embedded SQLite 3.40.1`, `OpenSearch 2.19.1`.
    public var engine: String
    /// Where it is, without secrets.
    public var location: String
    /// Whether it has aliases; the file target has none and a run ends `written`.
    public var hasAliases: Bool
    /// Whether a swap can be refused by the target itself when the alias has moved.
    public var comparesOnSwap: Bool
    /// Free bytes where the indices are, if they can be learned.
    public var freeBytes: Int?
    /// About how many bytes of documents make a good batch.
    public var batchBytes: Int
    /// How many documents a batch has at most.
    public var batchDocuments: Int

    /// All parts.
    public init(
        engine: String,
        location: String,
        hasAliases: Bool,
        comparesOnSwap: Bool,
        freeBytes: Int?,
        batchBytes: Int = 4 << 20,
        batchDocuments: Int = 1_000
    ) {
        self.engine = engine
        self.location = location
        self.hasAliases = hasAliases
        self.comparesOnSwap = comparesOnSwap
        self.freeBytes = freeBytes
        self.batchBytes = batchBytes
        self.batchDocuments = batchDocuments
    }
}

extension IndexTarget {
    /// A target that keeps no order of writes.
    public func position(of index: IndexIdentity) async throws(IndexError) -> IndexPosition? { nil }

    /// A target in which nobody else makes indices.
    public func keepCopy(
        of index: IndexIdentity,
        as name: String,
        mark: IndexMark
    ) async throws(IndexError) -> IndexIdentity {
        throw IndexError(
            .refused,
            "'\(index.name)' cannot be replaced by an alias here",
            place: index.name,
            fix: "rename it, or choose another alias"
        )
    }
}

extension IndexTarget {
    /// Lends the pages of a scan until there is none or `take` answers false, and ends it whatever happens.
    public func lendPages(
        of index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool,
        _ take: ([Document]) async throws(IndexError) -> Bool
    ) async throws(IndexError) {
        let scan = try await scan(index, above: position, withSource: withSource)
        do throws(IndexError) {
            while true {
                let page = try await scan.next()
                guard !page.isEmpty, try await take(page) else { break }
            }
        } catch {
            await scan.close()
            throw error
        }
        await scan.close()
    }
}

/// The documents of an index, read once.
public protocol DocumentScan: Sendable {
    /// Whether they come in order of their ids' bytes.
    var isInIDOrder: Bool { get }
    /// The next page; empty at the end.
    ///
    /// Throws `index.scan_lost` when it cannot go on, and its reader has to begin anew.
    func next() async throws(IndexError) -> [Document]
    /// Ends the reading and frees what the target keeps for it.
    func close() async
}

/// How far the writes of an index have come: the greatest sequence number of each index shard.
public struct IndexPosition: Sendable, Hashable {
    /// By the number of the index shard.
    public var perShard: [Int64]

    /// As listed.
    public init(perShard: [Int64]) { self.perShard = perShard }
}

/// An index by its name and the id that tells it from another of the same name.
public struct IndexIdentity: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The engine's UUID of the index.
    public var uuid: String

    /// Both parts.
    public init(name: String, uuid: String) {
        self.name = name
        self.uuid = uuid
    }
}
