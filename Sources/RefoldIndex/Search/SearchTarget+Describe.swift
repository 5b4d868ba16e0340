import RefoldBytes
import RefoldModel
import RefoldWire

extension SearchTarget {
    /// All indices whose names or aliases begin with a prefix, in order of their names.
    func indices(prefix: String) async throws(IndexError) -> [EngineIndex] {
        try await indices(named: prefix + "*")
    }

    /// One index by its own name; nil: it is not there.
    func index(named name: String) async throws(IndexError) -> EngineIndex? {
        try await indices(named: name).first { $0.identity.name == name }
    }

    /// The index that must still be the one it was.
    func required(_ identity: IndexIdentity) async throws(IndexError) -> EngineIndex {
        guard let found = try await index(named: identity.name) else { throw .gone(identity.name) }
        guard found.identity == identity else {
            throw IndexError(
                .replaced,
                "index '\(identity.name)' was deleted and made again by someone else",
                place: identity.name,
                fix: IndexError.freshFix
            )
        }
        return found
    }

    private func indices(named pattern: String) async throws(IndexError) -> [EngineIndex] {
        let escaped = path(pattern).replacing("%2A", with: "*")
        let reply = try await connection.call(.get, escaped + "?expand_wildcards=open,closed")
        if reply.answerClass == .missing { return [] }
        if reply.answerClass == .notAllowed, pattern == "*", reply.status == 403 {
            throw IndexError(
                .notPermitted,
                "the engine does not permit to look at all indices",
                place: options.endpoint.address,
                cause: reply.words,
                fix: "name the job file: its aliases alone are asked for then"
            )
        }
        try reply.expect(.done, about: pattern, doing: "read indices and aliases")
        guard let members = reply.json?.asObject?.members else {
            throw reply.error(about: pattern, doing: "read indices and aliases")
        }
        return members.compactMap { EngineIndex(name: $0.name, $0.value) }
            .sorted { $0.identity.name < $1.identity.name }
    }

    /// Indices and aliases under a prefix; with `""` the marked ones alone.
    package func describe(prefix: String) async throws(IndexError) -> TargetDescription {
        var description = TargetDescription(indices: [], aliases: [:], occupied: [])
        for index in try await indices(prefix: prefix) where !index.isLease {
            let name = index.identity.name
            for (alias, _) in index.aliases.members where alias.string.utf8.starts(with: prefix.utf8) {
                guard !prefix.isEmpty || index.mark != nil else { continue }
                description.aliases[alias.string, default: []].append(name)
            }
            // An index of another name came along for its alias alone.
            guard name.utf8.starts(with: prefix.utf8), !prefix.isEmpty || index.mark != nil else { continue }
            description.indices.append(
                TargetDescription.Index(
                    identity: index.identity,
                    mark: index.mark,
                    documents: try await visible(in: name),
                    mappings: index.ownMappings,
                    aliases: index.aliases.members.map(\.name.string).sorted()
                )
            )
        }
        return description
    }

    /// The number of visible documents; nil: its index shards do not all answer, or it is closed.
    private func visible(in name: String) async throws(IndexError) -> Int? {
        let reply = try await connection.call(.get, path(name, "/_count"))
        guard reply.answerClass == .done else {
            if [.unhealthy, .blocked, .missing].contains(reply.answerClass) { return nil }
            throw reply.error(about: name, doing: "count documents")
        }
        return reply.json?["count"]?.asInt64.map { Int($0) }
    }

    /// The number of visible documents.
    package func count(_ index: IndexIdentity) async throws(IndexError) -> Int {
        _ = try await required(index)
        return try await count(in: index.name)
    }

    /// The number of visible documents of whatever index has that name.
    func count(in name: String) async throws(IndexError) -> Int {
        let reply = try await connection.call(.get, path(name, "/_count"))
        try reply.expect(.done, about: name, doing: "count documents")
        guard let count = reply.json?["count"]?.asInt64 else {
            throw reply.error(about: name, doing: "count documents")
        }
        return Int(count)
    }

    /// Replaces the mark; what else is in `_meta` stays.
    package func setMark(_ mark: IndexMark, of identity: IndexIdentity) async throws(IndexError) {
        var meta = try await required(identity).meta
        meta[EngineIndex.markName] = mark.json
        let reply = try await connection.call(
            .put,
            path(identity.name, "/_mapping"),
            ["_meta": .object(meta)]
        )
        try reply.expect(.done, .accepted, about: identity.name, doing: "note its run in _meta")
        try await confirm(identity.name, doing: "note its run in _meta") { index in
            index?.identity != identity || index?.meta[EngineIndex.markName] == mark.json
        }
        // One of the same name, made in between, may have taken the mark.
        _ = try await required(identity)
    }

    /// Deletes an index by its UUID.
    package func delete(_ index: IndexIdentity) async throws(IndexError) {
        guard let found = try await self.index(named: index.name) else { return }
        guard found.identity == index else {
            _ = try await required(index)
            return
        }
        do {
            // Sent once: a repeated one would not ask whose index has the name by then.
            let reply = try await connection.call(.delete, path(index.name), repetition: .never)
            try reply.expect(.done, .accepted, .missing, about: index.name, doing: "delete the index")
        } catch {
            guard error.reason == .unavailable else { throw error }
            // Its answer was lost, or never came: what is there now tells.
            if try await self.index(named: index.name)?.identity == index { throw error }
        }
        try await confirm(index.name, doing: "delete the index") { $0?.identity != index }
    }

    /// Reads an index until it is as wanted: an effect can come after its answer.
    func confirm(
        _ name: String,
        doing what: String,
        _ isDone: (EngineIndex?) -> Bool
    ) async throws(IndexError) {
        for attempt in 1...SearchTarget.looks {
            if isDone(try await index(named: name)) { return }
            try await connection.pause(.milliseconds(50 * attempt))
        }
        throw IndexError(
            .unavailable,
            "the engine took the request to \(what), and it has no effect",
            place: name,
            fix: IndexError.clusterFix
        )
    }

    /// How often an effect is looked for: about ten seconds in all.
    static let looks = 20
}
