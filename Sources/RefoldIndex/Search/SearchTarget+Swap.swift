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
            result = .success(try await swapUnder(held, swaps))
        } catch { result = .failure(error) }
        for lease in held.reversed() {
            do { try await lease.release() } catch {
                // Of two failures the first is the one to tell; a lease left behind is taken over. A stop is heard
                // by the caller: what the swap did must not be lost for it.
                guard case .success = result, error.reason != .interrupted, error.kind != .targetUnavailable
                else { continue }
                throw error
            }
        }
        return try result.get()
    }

    private func swapUnder(
        _ leases: [SearchLease],
        _ swaps: [AliasSwap]
    ) async throws(IndexError) -> SwapOutcome {
        let knowsMustExist = try await dialect().knowsMustExist
        var actions: [JSONValue] = []
        var moves: [AliasSwap] = []
        var undo: [String: AliasStanding.Entry] = [:]
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
            if pointsAt == swap.wanted { continue }
            guard pointsAt == swap.seen else {
                return .moved(alias: swap.alias, pointsAt: pointsAt)
            }
            moves.append(swap)
            undo[swap.alias] = state.entries.first
            actions += AliasStanding.actions(swap, state.entries.first, knowsMustExist: knowsMustExist)
        }
        guard !actions.isEmpty else { return .alreadyDone }
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
        // Refused: without `must_exist` two write indices tell that the alias has moved.
        if [.stale, .missing, .refused].contains(reply.answerClass) {
            var areDone = true
            for swap in moves {
                let state = try await standing(of: swap.alias)
                let pointsAt = state.isOccupied ? [swap.alias] : state.entries.map(\.index)
                let isDone = pointsAt == swap.wanted
                areDone = areDone && isDone
                if !isDone, pointsAt != swap.seen { return .moved(alias: swap.alias, pointsAt: pointsAt) }
            }
            // A first try that was answered 503 took effect all the same.
            if areDone { return .swapped }
        }
        try reply.expect(
            .done,
            .accepted,
            about: moves.map(\.alias).joined(separator: ", "),
            doing: "move the alias"
        )
        return try await confirmed(moves, undo: undo)
    }

    /// Reads the aliases back until all point where they shall, more than once: the effect can come later.
    private func confirmed(
        _ moves: [AliasSwap],
        undo: [String: AliasStanding.Entry]
    ) async throws(IndexError) -> SwapOutcome {
        var last: (alias: String, pointsAt: [String])?
        for attempt in 1...SearchTarget.looks {
            last = nil
            for move in moves {
                let pointsAt = try await standing(of: move.alias).entries.map(\.index)
                if pointsAt != move.wanted { last = (move.alias, pointsAt) }
                // Where nothing compares, an alias that someone moved in between points at theirs and at ours.
                if let to = move.to, pointsAt.contains(to.name), pointsAt.contains(where: { !move.knows($0) })
                {
                    return try await takenBack(moves, undo, because: move, pointsAt: pointsAt)
                }
            }
            if last == nil { return .swapped }
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

    /// Undoes what a request did to aliases of which one had moved before it: what someone else did stays.
    private func takenBack(
        _ moves: [AliasSwap],
        _ undo: [String: AliasStanding.Entry],
        because moved: AliasSwap,
        pointsAt: [String]
    ) async throws(IndexError) -> SwapOutcome {
        var actions: [JSONValue] = []
        for move in moves {
            let here = try await standing(of: move.alias).entries.map(\.index)
            if let to = move.to, here.contains(to.name) {
                actions.append(["remove": ["index": .text(to.name), "alias": .text(move.alias)]])
            }
            if here == move.wanted, let old = undo[move.alias] {
                actions.append(old.adding(move.alias, to: old.index))
            }
        }
        let reply = try await connection.call(
            .post,
            "/_aliases",
            ["actions": .array(actions)],
            repetition: .never
        )
        try reply.expect(.done, .accepted, about: moved.alias, doing: "take back the move of the alias")
        let others = pointsAt.filter { $0 != moved.to?.name }
        try await confirm(moved.to?.name ?? "", doing: "take back the move of the alias") { index in
            index?.aliases[ByteString(moved.alias)] == nil
        }
        return .moved(alias: moved.alias, pointsAt: others)
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
