import RefoldBytes
import RefoldModel
import RefoldWire

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
            fix: IndexError.clusterFix
        )
    }
}
