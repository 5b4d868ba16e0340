import RefoldBytes
import RefoldWire

/// The lease of an alias: the one document of index `ALIAS-refold-lease`, held around a cut-over.
///
/// It keeps two machines from deciding at the same time; whether the alias is still where it was is compared besides.
/// No clocks are compared: a lease counts as left behind when its document has not changed for the target's patience.
struct SearchLease: Sendable {
    /// What the index's name ends in.
    static let suffix = "-refold-lease"
    private static let document = "lease"

    let alias: String
    let owner: String
    let target: SearchTarget

    private var index: String { alias + SearchLease.suffix }
    private var path: String { target.path(index, "/_doc/\(SearchLease.document)") }

    /// Takes the lease; waits for another holder, and takes over what was left behind.
    func take() async throws(IndexError) {
        try await makeIndex()
        let clock = ContinuousClock()
        var seen: (standing: Standing, since: ContinuousClock.Instant)?
        while true {
            let create = target.path(index, "/_create/\(SearchLease.document)?refresh=false")
            let reply = try await target.connection.call(.put, create, body)
            if reply.answerClass == .done { return }
            try reply.expect(.exists, about: index, doing: "take the lease of alias \(alias)")
            guard let standing = try await standing() else { continue }
            // An answer that was lost: the lease is this one's already.
            if standing.owner == owner { return }
            if let known = seen, known.standing == standing {
                if clock.now - known.since > target.leasePatience, try await write(over: standing) { return }
            } else {
                if seen == nil {
                    target.connection.remark(
                        "somebody else holds the lease of alias \(alias); unchanged for \(target.leasePatience.words) it counts"
                            + " as left behind"
                    )
                }
                seen = (standing, clock.now)
            }
            try await target.connection.pause(.milliseconds(100))
        }
    }

    /// Renews the lease right before what it is held for.
    ///
    /// Throws `index.replaced` when somebody else took it over meanwhile.
    func renew() async throws(IndexError) {
        while let standing = try await standing(), standing.owner == owner {
            if try await write(over: standing) { return }
        }
        throw IndexError(
            .replaced,
            "the lease of alias \(alias) was taken over by someone else",
            place: index,
            fix: "find out who else moves the alias, then run the same command: it goes on"
        )
    }

    /// Gives the lease back, if it is still this one's.
    func release() async throws(IndexError) {
        guard let standing = try await standing(), standing.owner == owner else { return }
        let reply = try await target.connection.call(.delete, path + standing.condition)
        try reply.expect(
            .done,
            .stale,
            .missing,
            about: index,
            doing: "give back the lease of alias \(alias)"
        )
    }

    /// The lease as it stands.
    private struct Standing: Equatable {
        var owner: String?
        var number: Int64
        var term: Int64

        /// What a change of exactly this state demands.
        var condition: String { "?if_seq_no=\(number)&if_primary_term=\(term)" }
    }

    /// The lease as it stands; nil: nobody holds it.
    private func standing() async throws(IndexError) -> Standing? {
        let found = try await target.connection.call(.get, path)
        if found.answerClass == .missing { return nil }
        try found.expect(.done, about: index, doing: "read the lease of alias \(alias)")
        guard let number = found.json?["_seq_no"]?.asInt64, let term = found.json?["_primary_term"]?.asInt64
        else { throw found.error(about: index, doing: "read the lease of alias \(alias)") }
        return Standing(owner: found.json?["_source"]?["owner"]?.asString, number: number, term: term)
    }

    /// Writes this owner over a state; false: it was another one by then.
    private func write(over standing: Standing) async throws(IndexError) -> Bool {
        let reply = try await target.connection.call(.put, path + standing.condition, body)
        try reply.expect(.done, .stale, about: index, doing: "hold the lease of alias \(alias)")
        return reply.answerClass == .done
    }

    private var body: JSONValue { ["owner": .text(owner)] }

    private func makeIndex() async throws(IndexError) {
        guard try await target.index(named: index) == nil else { return }
        let reply = try await target.connection.call(
            .put,
            target.path(index),
            [
                "settings": ["index.number_of_shards": 1, "index.auto_expand_replicas": "0-1"],
                "mappings": ["dynamic": false],
            ]
        )
        try reply.expect(.done, .accepted, .exists, about: index, doing: "create the lease of alias \(alias)")
    }
}
