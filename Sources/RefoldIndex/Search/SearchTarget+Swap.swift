import RefoldBytes
import RefoldWire

extension SearchTarget {
    /// Moves aliases in one request under their leases, each compared with where the caller saw it, and reads them back.
    package func swap(_ swaps: [AliasSwap]) async throws(IndexError) -> SwapOutcome {
        for swap in swaps {
            if let fault = IndexNaming.fault(of: swap.alias) {
                throw IndexError(.refused, "'\(swap.alias)' cannot be an alias: \(fault)", place: swap.alias)
            }
        }
        let owner = IndexIdentity.freshUUID()
        // In one order everywhere: two who need the same leases never wait for each other.
        let leases = Set(swaps.map(\.alias)).sorted().map {
            SearchLease(alias: $0, owner: owner, target: self)
        }
        var held: [SearchLease] = []
        let result: Result<SwapOutcome, IndexError>
        do throws(IndexError) {
            for lease in leases {
                try await lease.take()
                held.append(lease)
            }
            result = .success(try await swap(swaps, under: leases))
        } catch { result = .failure(error) }
        for lease in held.reversed() {
            do { try await lease.release() } catch {
                // Of two failures the first is the one to tell; a lease left behind is taken over.
                if case .success = result, error.kind != .targetUnavailable { throw error }
            }
        }
        return try result.get()
    }

    private func swap(
        _ swaps: [AliasSwap],
        under leases: [SearchLease]
    ) async throws(IndexError) -> SwapOutcome {
        let knowsMustExist = try await dialect().knowsMustExist
        var actions: [JSONValue] = []
        var moves: [AliasSwap] = []
        for swap in swaps {
            if let index = swap.to { _ = try await required(index) }
            let state = try await standing(of: swap.alias)
            if state.isOccupied {
                guard swap.from == swap.alias, swap.to != nil else { return .occupied(alias: swap.alias) }
                moves.append(swap)
                actions += AliasStanding.actions(swap, nil, knowsMustExist: knowsMustExist)
                continue
            }
            let pointsAt = state.entries.map(\.index)
            if pointsAt == (swap.to.map { [$0.name] } ?? []) { continue }
            guard pointsAt == (swap.from.map { [$0] } ?? []) else {
                return .moved(alias: swap.alias, pointsAt: pointsAt)
            }
            moves.append(swap)
            actions += AliasStanding.actions(swap, state.entries.first, knowsMustExist: knowsMustExist)
        }
        guard !actions.isEmpty else { return .alreadyDone }
        // What was read above holds only while nobody took the lease over.
        for lease in leases { try await lease.renew() }
        let reply = try await connection.call(
            .post,
            "/_aliases?timeout=15s",
            ["actions": .array(actions)],
            // Shorter than anybody's patience with the lease.
            deadline: .seconds(20),
            comparesAliases: knowsMustExist,
            repetition: .never
        )
        if reply.answerClass == .stale || reply.answerClass == .missing {
            if let outcome = try await elsewhere(moves) { return outcome }
        }
        try reply.expect(
            .done,
            .accepted,
            about: moves.map(\.alias).joined(separator: ", "),
            doing: "move the alias"
        )
        try await confirm(moves)
        return .swapped
    }

    /// Where somebody else moved an alias to; nil: all stand as before, or where they shall after a try that was put off.
    private func elsewhere(_ moves: [AliasSwap]) async throws(IndexError) -> SwapOutcome? {
        var done = 0
        for swap in moves {
            let pointsAt = try await standing(of: swap.alias).entries.map(\.index)
            if pointsAt == (swap.to.map { [$0.name] } ?? []) {
                done += 1
            } else if pointsAt != (swap.from.map { [$0] } ?? []) {
                return .moved(alias: swap.alias, pointsAt: pointsAt)
            }
        }
        return done == moves.count ? .swapped : nil
    }

    /// Reads the aliases back until all point where they shall, more than once: the effect can come later.
    private func confirm(_ moves: [AliasSwap]) async throws(IndexError) {
        var last: (alias: String, pointsAt: [String])?
        for attempt in 1...SearchTarget.looks {
            last = nil
            for move in moves {
                let pointsAt = try await standing(of: move.alias).entries.map(\.index)
                if pointsAt != (move.to.map { [$0.name] } ?? []) { last = (move.alias, pointsAt) }
            }
            if last == nil { return }
            try await connection.pause(.milliseconds(50 * attempt))
        }
        throw IndexError(
            .unavailable,
            "the alias does not point where it was moved to",
            place: last?.alias,
            cause: "it points at \(last?.pointsAt.joined(separator: ", ") ?? "nothing")",
            fix: "find out who else moves it, then look with `refold runs`"
        )
    }

    /// Where an alias points; asked under the alias's own pattern, since rights are given on it.
    func standing(of alias: String) async throws(IndexError) -> AliasStanding {
        var standing = AliasStanding(entries: [], isOccupied: false)
        for index in try await indices(prefix: alias) {
            if index.identity.name == alias { standing.isOccupied = true }
            guard let properties = index.aliases[ByteString(alias)]?.asObject else { continue }
            standing.entries.append(AliasStanding.Entry(index: index.identity.name, properties: properties))
        }
        return standing
    }
}

/// Where an alias points, and how.
struct AliasStanding: Sendable {
    /// One index behind it.
    struct Entry: Sendable {
        var index: String
        /// Filter, routing and write flag.
        var properties: JSONObject
    }
    var entries: [Entry]
    /// Whether the name is a concrete index's.
    var isOccupied: Bool

    /// The actions that move an alias; filter, routing and write flag come along.
    static func actions(_ swap: AliasSwap, _ old: Entry?, knowsMustExist: Bool) -> [JSONValue] {
        var actions: [JSONValue] = []
        if swap.from == swap.alias {
            actions.append(["remove_index": ["index": .text(swap.alias)]])
        } else if let from = swap.from {
            var remove: JSONObject = ["index": .text(from), "alias": .text(swap.alias)]
            if knowsMustExist { remove["must_exist"] = true }
            actions.append(["remove": .object(remove)])
        }
        if let to = swap.to {
            var add: JSONObject = ["index": .text(to.name), "alias": .text(swap.alias)]
            for (name, value) in old?.properties.members ?? [] { add[name] = value }
            actions.append(["add": .object(add)])
        }
        return actions
    }
}
