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
        if position != nil {
            // What is asked for is what was written, not what readers see by now. Without the right to it, or under a block,
            // what came within the last second may be missing.
            let refreshed = try await refresh(index)
            try refreshed.expect(
                .done,
                .notAllowed,
                .blocked,
                about: index.name,
                doing: "make documents visible"
            )
        }
        // A position of another number of index shards says nothing here: all is read then.
        let position = position.flatMap { $0.perShard.count == found.shardCount ? $0 : nil }
        return SearchScan(index: index, above: position, withSource: withSource, target: self)
    }

    /// Makes visible what was written a moment ago.
    func refresh(_ index: IndexIdentity) async throws(IndexError) -> EngineReply {
        try await connection.call(.post, path(index.name, "/_refresh"), deadline: .seconds(180))
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
                fix: IndexError.primariesFix
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
                fix: IndexError.primariesFix
            )
        }
        return IndexPosition(perShard: (0..<numbers.count).compactMap { numbers[$0] })
    }
}
