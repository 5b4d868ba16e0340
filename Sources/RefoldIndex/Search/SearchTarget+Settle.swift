import RefoldBytes
import RefoldWire

extension SearchTarget {
    /// Makes documents visible, restores settings, waits for health, merges if asked.
    package func settle(_ index: IndexIdentity, forceMerge: Int?) async throws(IndexError) -> SettleReport {
        let found = try await required(index)
        try await refresh(index).expect(.done, about: index.name, doing: "make documents visible")
        let documents = try await count(in: index.name)
        if let kept = found.meta[EngineIndex.settleName]?.asObject, !kept.isEmpty {
            let restored = JSONObject(kept.members.map { (ByteString("index.\($0.name.string)"), $0.value) })
            let reply = try await connection.call(.put, path(index.name, "/_settings"), .object(restored))
            try reply.expect(.done, .accepted, about: index.name, doing: "restore its settings")
            try await confirm(index.name, doing: "restore its settings") { index in
                kept.members.allSatisfy { name, value in
                    // Null: the engine's default, whatever that is.
                    value == .null
                        || IndexSettings(index?.settings ?? [:]).flat[name]?.settingText == value.settingText
                }
            }
        }
        if let segments = forceMerge { try await merge(index, to: segments) }
        let remarks = try await waitForHealth(of: index)
        // What was sent to an index that someone had deleted would have made another one.
        _ = try await required(index)
        return SettleReport(documents: documents, remarks: remarks)
    }

    /// All primaries, and as many replicas as there are other data nodes.
    private func waitForHealth(of index: IndexIdentity) async throws(IndexError) -> [String] {
        let settings = try await required(index).settings
        let replicas = Int(settings["number_of_replicas"]?.asString ?? "") ?? 0
        let first = try await health(of: index, "yellow", seconds: 60)
        let nodes = Int(first["number_of_data_nodes"]?.asInt64 ?? 1)
        let possible = min(replicas, nodes - 1)
        guard possible == replicas else {
            return [
                "\(grouped(replicas, "replica is", "replicas are")) wanted, \(grouped(possible)) possible: the cluster has "
                    + grouped(nodes, "data node", "data nodes")
            ]
        }
        guard replicas > 0 else { return [] }
        let last = try await health(of: index, "green", seconds: 120, isRequired: false)
        if last["status"] == "green" { return [] }
        let missing = last["unassigned_shards"]?.asInt64 ?? 0
        return ["\(index.name) is not green yet: \(missing) replicas have no node, or are being copied still"]
    }

    private func health(
        of index: IndexIdentity,
        _ status: String,
        seconds: Int,
        isRequired: Bool = true
    ) async throws(IndexError) -> JSONValue {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            let asked = path(index.name, "?wait_for_status=\(status)&timeout=5s")
            let reply = try await connection.call(.get, "/_cluster/health" + asked)
            if reply.answerClass == .done, let health = reply.json { return health }
            if reply.answerClass != .unhealthy {
                throw reply.error(about: index.name, doing: "ask for its health")
            }
            guard clock.now < end else {
                if !isRequired, let health = reply.json { return health }
                throw reply.error(about: index.name, doing: "wait for its health")
            }
            try await connection.pause(.milliseconds(200))
        }
    }

    /// Merges; the call goes on in the engine when its connection ends, so what counts is what the segments say.
    private func merge(_ index: IndexIdentity, to segments: Int) async throws(IndexError) {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(4 * 3_600)
        let shards = Int64(try await required(index).shardCount)
        let ask = path(index.name, "/_forcemerge?max_num_segments=\(segments)")
        var isAsked = false
        while true {
            if !isAsked {
                do {
                    let reply = try await connection.call(
                        .post,
                        ask,
                        deadline: .seconds(5),
                        repetition: .never
                    )
                    try reply.expect(.done, .accepted, about: index.name, doing: "merge its segments")
                } catch {
                    guard error.reason == .unavailable else { throw error }
                }
                isAsked = true
            }
            let reply = try await connection.call(
                .get,
                path(index.name, "/_stats/segments,merge?filter_path=_all.primaries")
            )
            try reply.expect(.done, about: index.name, doing: "ask for its segments")
            let primaries = reply.json?["_all"]?["primaries"]
            guard let count = primaries?["segments"]?["count"]?.asInt64 else {
                throw reply.error(about: index.name, doing: "ask for its segments")
            }
            if count <= Int64(segments) * shards { return }
            let isMerging = (primaries?["merges"]?["current"]?.asInt64 ?? 0) > 0
            guard clock.now < end else {
                throw IndexError(
                    .unavailable,
                    "the segments were not merged within four hours",
                    place: index.name,
                    fix: "leave out forceMerge, or run the same command: it goes on"
                )
            }
            isAsked = isMerging
            try await connection.pause(.milliseconds(500))
        }
    }
}

extension JSONValue {
    /// A setting as the engine keeps it: text.
    fileprivate var settingText: ByteString {
        if case .string(let text) = self { return text }
        return canonical
    }
}
