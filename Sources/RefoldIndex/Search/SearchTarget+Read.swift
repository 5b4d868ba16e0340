package import RefoldBytes
package import RefoldModel
import RefoldWire

extension SearchTarget {
    /// Reads documents by scroll, in the engine's own order.
    package func scan(
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool
    ) async throws(IndexError) -> any DocumentScan {
        let found = try await required(index)
        if position != nil { try await refresh(index) }
        // A position of another number of index shards says nothing here: all is read then.
        let position = position.flatMap { $0.perShard.count == found.shardCount ? $0 : nil }
        return SearchScan(index: index, above: position, withSource: withSource, target: self)
    }

    /// Makes visible what was written a moment ago: what is asked for is what was written, not what readers see by now.
    private func refresh(_ index: IndexIdentity) async throws(IndexError) {
        let reply = try await connection.call(
            .post,
            path(index.name, "/_refresh"),
            deadline: .seconds(180)
        )
        // Without the right to it, or under a block, what came within the last second may be missing.
        try reply.expect(.done, .notAllowed, .blocked, about: index.name, doing: "make documents visible")
    }

    /// The documents with these ids.
    package func fetch(
        _ ids: [ByteString],
        from index: IndexIdentity,
        withSource: Bool
    ) async throws(IndexError) -> [Document] {
        guard !ids.isEmpty else { return [] }
        _ = try await required(index)
        let reply = try await connection.call(
            .post,
            path(index.name, "/_mget?_source=\(withSource)"),
            ["ids": .array(ids.map { .string($0) })]
        )
        try reply.expect(.done, about: index.name, doing: "read documents by id")
        // An index shard without a node answers with an error in its documents' places.
        let isWhole = reply.json?["docs"]?.asArray?.allSatisfy { $0["error"] == nil } ?? false
        guard isWhole else {
            throw IndexError(
                .unavailable,
                "not every index shard answers",
                place: index.name,
                fix: "wait until the index's primaries are back, then run the same command: it goes on"
            )
        }
        return try DocumentHits(of: reply.body, isSearch: false).documents
    }

    /// The number of documents that a query finds.
    package func hits(of query: JSONValue, in index: IndexIdentity) async throws(IndexError) -> Int {
        _ = try await required(index)
        let reply = try await connection.call(
            .post,
            path(index.name, "/_search"),
            ["size": 0, "track_total_hits": true, "query": query]
        )
        if reply.answerClass == .refused {
            throw IndexError(
                .query,
                "the engine refuses the query",
                place: index.name,
                cause: reply.words,
                fix: "mend the canary's query"
            )
        }
        try reply.expect(.done, about: index.name, doing: "search")
        guard let hits = reply.json?["hits"]?["total"]?["value"]?.asInt64 else {
            throw reply.error(about: index.name, doing: "search")
        }
        return Int(hits)
    }

    /// The greatest sequence number of each index shard.
    package func position(of index: IndexIdentity) async throws(IndexError) -> IndexPosition? {
        let found = try await required(index)
        let reply = try await connection.call(
            .get,
            path(
                index.name,
                "/_stats?level=shards&filter_path=indices.*.shards.*.routing,indices.*.shards.*.seq_no"
            )
        )
        guard reply.answerClass == .done else {
            if reply.answerClass == .notAllowed { return nil }
            throw reply.error(about: index.name, doing: "ask for its sequence numbers")
        }
        let shards = reply.json?["indices"]?[ByteString(index.name)]?["shards"]?.asObject ?? [:]
        var numbers: [Int: Int64] = [:]
        for (name, copies) in shards.members {
            guard let shard = Int(name.string) else { continue }
            let primary = copies.asArray?.first { $0["routing"]?["primary"] == true }
            guard let number = primary?["seq_no"]?["max_seq_no"]?.asInt64 else { return nil }
            numbers[shard] = number
        }
        // An index shard without a node is left out of the answer: what is written there would never be asked for.
        guard numbers.count == found.shardCount else {
            throw IndexError(
                .unavailable,
                "\(numbers.count) of \(found.shardCount) index shards tell how far their writes have come",
                place: index.name,
                fix: "wait until the index's primaries are back, then run the same command: it goes on"
            )
        }
        return IndexPosition(perShard: (0..<numbers.count).compactMap { numbers[$0] })
    }
}

/// Documents of one index, page by page.
///
/// Isolation: the actor owns the scroll. A page whose answer is lost cannot be asked for again, since a scroll goes on
/// by being asked: the scan is lost then and says so, and its reader begins anew.
actor SearchScan: DocumentScan {
    private let index: IndexIdentity
    private let withSource: Bool
    private let target: SearchTarget
    /// The searches that are still to be made: one of everything, or one of each index shard.
    private var searches: [(path: String, query: JSONValue)] = []
    private var scroll: String?
    private var expected = 0
    private var seen = 0

    private static let keep = "5m"
    /// Bytes of a page, about: many a page, far from what one answer may have.
    private static let pageBytes: Int64 = 8 << 20
    /// Documents of a page; learned from the index before the first one.
    private var pageDocuments: Int64?

    nonisolated var isInIDOrder: Bool { false }

    init(index: IndexIdentity, above position: IndexPosition?, withSource: Bool, target: SearchTarget) {
        self.index = index
        self.withSource = withSource
        self.target = target
        let path = target.path(index.name, "/_search?scroll=\(SearchScan.keep)")
        guard let position else {
            searches = [(path, ["match_all": [:]])]
            return
        }
        searches = position.perShard.enumerated().map { shard, number in
            (
                path + "&preference=_shards:\(shard)",
                ["range": ["_seq_no": ["gt": .integer(number)]]]
            )
        }
    }

    func next() async throws(IndexError) -> [Document] {
        while true {
            let reply: EngineReply
            if let scroll {
                reply = try await ask(
                    "/_search/scroll",
                    ["scroll": .text(SearchScan.keep), "scroll_id": .text(scroll)]
                )
            } else {
                guard let search = searches.popLast() else { return [] }
                var body: JSONObject = [
                    "size": .integer(try await documentsOfPage()), "sort": ["_doc"], "version": true,
                    "track_total_hits": true, "query": search.query,
                ]
                // Ids and versions alone: no stored field is asked for, the source among them.
                if !withSource { body["stored_fields"] = [] }
                reply = try await ask(search.path, .object(body))
                expected = Int(reply.json?["hits"]?["total"]?["value"]?.asInt64 ?? 0)
                seen = 0
            }
            guard let id = reply.json?["_scroll_id"]?.asString else {
                throw reply.error(about: index.name, doing: "read its documents")
            }
            scroll = id
            let page = try DocumentHits(of: reply.body, isSearch: true).documents
            seen += page.count
            if !page.isEmpty { return page }
            try await endScroll()
            guard seen == expected else {
                throw lost("\(seen) documents came of \(expected)")
            }
        }
    }

    /// How many documents make a page: by what they take on disk, where they are compressed to a quarter or so.
    private func documentsOfPage() async throws(IndexError) -> Int64 {
        if let pageDocuments { return pageDocuments }
        // The greatest that engines take by default.
        let most: Int64 = 10_000
        var size = most
        if withSource {
            let path = target.path(index.name, "/_stats/docs,store?filter_path=_all.primaries")
            let reply = try await target.connection.call(.get, path)
            let primaries = reply.json?["_all"]?["primaries"]
            if let bytes = primaries?["store"]?["size_in_bytes"]?.asInt64,
                let documents = primaries?["docs"]?["count"]?.asInt64, documents > 0
            {
                size = min(most, max(100, SearchScan.pageBytes / max(1, 4 * bytes / documents)))
            } else {
                size = 1_000
            }
        }
        pageDocuments = size
        return size
    }

    func close() async {
        do { try await endScroll() } catch {
            // It ends by itself after its time; not being permitted to end it is no failure of the reading.
            scroll = nil
        }
    }

    private func endScroll() async throws(IndexError) {
        guard let ended = scroll else { return }
        scroll = nil
        _ = try await target.connection.call(.delete, "/_search/scroll", ["scroll_id": [.text(ended)]])
    }

    private func ask(_ path: String, _ body: JSONValue) async throws(IndexError) -> EngineReply {
        let reply: EngineReply
        do {
            reply = try await target.connection.call(
                .post,
                path,
                body,
                deadline: .seconds(120),
                repetition: scroll == nil ? .free : .byCaller
            )
        } catch {
            // Only a page within a scroll is lost for good.
            guard scroll != nil, error.reason == .unavailable else { throw error }
            throw lost(error.description)
        }
        if reply.answerClass == .missing, scroll != nil { throw lost(reply.words) }
        try reply.expect(.done, about: index.name, doing: "read its documents")
        return reply
    }

    private func lost(_ cause: String) -> IndexError {
        scroll = nil
        return IndexError(
            .scanLost,
            "reading the documents was cut off",
            place: index.name,
            cause: cause,
            fix: "see that the cluster is well, then run the same command: it goes on"
        )
    }
}
