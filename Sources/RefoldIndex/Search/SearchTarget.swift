import RefoldBytes
import RefoldWire
import Synchronization

/// A search engine as a target: OpenSearch 1 to 3, Elasticsearch 7.10.
///
/// Isolation: a value to be used from any task; what it remembers of the engine lies behind a lock.
/// Every name it touches begins with the alias of its read model, so that rights on `ALIAS*` are enough.
/// Source: DOMAIN 4; the recorded exchanges.
package final class SearchTarget: IndexTarget {
    let options: SearchOptions
    let connection: SearchConnection
    private let known = Mutex<SearchDialect?>(nil)
    /// Requests under way, where the manifest sets a limit.
    let gate: RequestGate
    /// How long somebody else's lease may stand unchanged before it counts as left behind.
    let leasePatience: Duration

    /// A target that connects when it is first used; `isStopping` is asked while it waits, `remark` told why.
    package init(
        _ options: SearchOptions,
        budget: RetryBudget = RetryBudget(),
        leasePatience: Duration = .seconds(30),
        isStopping: @escaping @Sendable () -> Bool = { false },
        remark: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(IndexError) {
        self.options = options
        self.leasePatience = leasePatience
        gate = RequestGate(limit: options.concurrency ?? .max)
        do {
            connection = SearchConnection(
                client: try WireClient(options.endpoint),
                budget: budget,
                isStopping: isStopping,
                remark: remark
            )
        } catch { throw IndexError(error) }
    }

    /// No file of this machine.
    package var lockPath: String? { nil }

    /// How long the first contact is tried: who mistyped an address wants to know it soon.
    private static let greeting = RetryBudget(limit: .seconds(20))

    /// Asks the engine who it is.
    package func probe() async throws(IndexError) -> TargetDialect {
        let dialect = try await dialect()
        return TargetDialect(
            engine: dialect.name,
            location: options.endpoint.address,
            hasAliases: true,
            comparesOnSwap: dialect.knowsMustExist,
            freeBytes: try await freeBytes(),
            // Two requests of each shard are under way at once.
            batchBytes: 2 * options.bulkBytes,
            batchDocuments: 50_000
        )
    }

    /// The dialect, asked once.
    func dialect() async throws(IndexError) -> SearchDialect {
        if let dialect = known.withLock({ $0 }) { return dialect }
        var greeting = connection
        greeting.budget.limit = min(SearchTarget.greeting.limit, connection.budget.limit)
        let reply = try await greeting.call(.get, "/", deadline: .seconds(10))
        try reply.expect(.done, about: options.endpoint.address, doing: "ask who it is")
        guard let dialect = SearchDialect(rootPage: reply.json) else {
            throw IndexError(
                .damaged,
                "what answers there is no search engine",
                place: options.endpoint.address,
                fix: "check the target's url: it names OpenSearch or Elasticsearch itself, without a path"
            )
        }
        if let fault = dialect.fault {
            throw IndexError(
                .refused,
                "\(dialect.name) is not supported",
                place: options.endpoint.address,
                cause: fault
            )
        }
        known.withLock { $0 = dialect }
        return dialect
    }

    /// Ends all requests.
    package func close() { connection.client.close() }

    /// The room that indices may still take on all data nodes, under the low watermark; nil: it may not be asked.
    private func freeBytes() async throws(IndexError) -> Int? {
        let reply = try await connection.call(
            .get,
            "/_nodes/stats/fs?filter_path=nodes.*.roles,nodes.*.fs.total"
        )
        guard reply.answerClass == .done, let nodes = reply.json?["nodes"]?.asObject else { return nil }
        var sum = 0
        for node in nodes.members.map(\.value) {
            let isData = node["roles"]?.asTexts?.contains { $0.hasPrefix("data") } ?? true
            guard isData, let total = node["fs"]?["total"], let all = total["total_in_bytes"]?.asInt64,
                let free = total["available_in_bytes"]?.asInt64
            else { continue }
            // Above 85 % full a node takes no new index shards, unless the cluster was told otherwise.
            sum += Int(max(0, free - all * 15 / 100))
        }
        return sum
    }

    /// The path of an index.
    func path(_ name: String, _ rest: String = "") -> String { "/\(WireRequest.encoded(name))\(rest)" }
}

/// Lets so many requests through at once; the others wait in line.
actor RequestGate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(limit: Int) { free = limit }

    /// Waits for a place.
    func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Gives the place to the next one.
    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
