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
        var seen: (number: Int64, term: Int64, since: ContinuousClock.Instant)?
        while true {
            let create = target.path(index, "/_create/\(SearchLease.document)?refresh=false")
            let reply = try await target.connection.call(.put, create, body)
            if reply.answerClass == .done { return }
            try reply.expect(.exists, about: index, doing: "take the lease of alias \(alias)")
            let found = try await target.connection.call(.get, path)
            if found.answerClass == .missing { continue }
            try found.expect(.done, about: index, doing: "read the lease of alias \(alias)")
            guard let number = found.json?["_seq_no"]?.asInt64,
                let term = found.json?["_primary_term"]?.asInt64
            else { throw found.error(about: index, doing: "read the lease of alias \(alias)") }
            // An answer that was lost: the lease is this one's already.
            if found.json?["_source"]?["owner"] == .text(owner) { return }
            if let known = seen, known.number == number, known.term == term {
                if clock.now - known.since > target.leasePatience {
                    let condition = "?if_seq_no=\(number)&if_primary_term=\(term)"
                    let taken = try await target.connection.call(.put, path + condition, body)
                    if taken.answerClass == .done { return }
                    try taken.expect(.stale, about: index, doing: "take over the lease of alias \(alias)")
                    seen = nil
                }
            } else {
                seen = (number, term, clock.now)
            }
            try await target.connection.pause(.milliseconds(100))
        }
    }

    /// Makes sure, right before the alias moves, that the lease is still this one's, and counts its patience anew.
    func renew() async throws(IndexError) {
        let found = try await target.connection.call(.get, path)
        if found.answerClass == .done, found.json?["_source"]?["owner"] == .text(owner),
            let number = found.json?["_seq_no"]?.asInt64, let term = found.json?["_primary_term"]?.asInt64
        {
            let condition = "?if_seq_no=\(number)&if_primary_term=\(term)"
            let reply = try await target.connection.call(.put, path + condition, body, isSentOnce: true)
            if reply.answerClass == .done { return }
            try reply.expect(.stale, about: index, doing: "renew the lease of alias \(alias)")
        } else {
            try found.expect(.done, .missing, about: index, doing: "read the lease of alias \(alias)")
        }
        throw IndexError(
            .unavailable,
            "the lease of alias \(alias) was taken over by someone else",
            place: index,
            fix: "see who else moves the alias, then run the same command: it goes on"
        )
    }

    /// Gives the lease back, if it is still this one's.
    func release() async throws(IndexError) {
        let found = try await target.connection.call(.get, path)
        guard found.answerClass == .done, found.json?["_source"]?["owner"] == .text(owner),
            let number = found.json?["_seq_no"]?.asInt64, let term = found.json?["_primary_term"]?.asInt64
        else { return }
        let reply = try await target.connection.call(
            .delete,
            path + "?if_seq_no=\(number)&if_primary_term=\(term)"
        )
        try reply.expect(
            .done,
            .stale,
            .missing,
            about: index,
            doing: "give back the lease of alias \(alias)"
        )
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
