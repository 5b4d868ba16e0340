import RefoldSQLite

extension EmbeddedTarget {
    /// Moves aliases in one transaction, each compared with where the caller saw it, and reads them back.
    package func swap(_ swaps: [AliasSwap]) throws(IndexError) -> SwapOutcome {
        for swap in swaps {
            if let fault = EmbeddedTarget.fault(of: swap.alias) {
                throw IndexError(
                    .refused,
                    "'\(swap.alias)' cannot be an alias: \(fault)",
                    place: swap.alias,
                    fix: "choose another alias in the read model"
                )
            }
        }
        let outcome = try transaction { (connection) throws(IndexError) -> SwapOutcome in
            let catalogue = Catalogue(connection: connection)
            for swap in swaps {
                if let index = swap.to { _ = try catalogue.required(index) }
            }
            var moves: [AliasSwap] = []
            for swap in swaps {
                let standing: String?
                switch try catalogue.holder(of: swap.alias) {
                case .none: standing = nil
                case .alias(let index): standing = index
                case .foreign: return .occupied(alias: swap.alias)
                }
                if standing == swap.to?.name { continue }
                guard standing == swap.from else {
                    return .moved(alias: swap.alias, pointsAt: standing.map { [$0] } ?? [])
                }
                moves.append(swap)
            }
            guard !moves.isEmpty else { return .alreadyDone }
            try translated { () throws(SQLiteError) in
                for move in moves {
                    let alias = TableLayout.quoted(move.alias)
                    if move.from != nil { try connection.execute("DROP VIEW \(alias)") }
                    if let index = move.to {
                        try connection.execute(TableLayout.createView(move.alias, over: index.name))
                    }
                }
            }
            return .swapped
        }
        if outcome == .swapped { try checkSwapped(swaps) }
        return outcome
    }

    /// Reads the aliases as another process would: after the commit.
    private func checkSwapped(_ swaps: [AliasSwap]) throws(IndexError) {
        _ = try reading { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            for swap in swaps {
                let wanted: Catalogue.Holder = swap.to.map { .alias(of: $0.name) } ?? .none
                guard try catalogue.holder(of: swap.alias) == wanted else {
                    throw IndexError(
                        .replaced,
                        "alias '\(swap.alias)' was moved again right after it was moved",
                        place: swap.alias,
                        fix: "find out who else moves it, then look with `refold runs`"
                    )
                }
            }
        }
    }

    /// All indices and aliases whose names begin with a prefix, and what stands there beside them.
    package func describe(prefix: String) throws(IndexError) -> TargetDescription {
        let description = try reading { (connection) throws(IndexError) in
            let catalogue = Catalogue(connection: connection)
            var description = TargetDescription(indices: [], aliases: [:], occupied: [])
            var own: Set<String> = []
            let aliases = try catalogue.aliases()
            for entry in try catalogue.entries(prefix: "") {
                let layout = try EmbeddedTarget.layout(of: entry)
                own.formUnion(layout.ownNames)
                guard entry.identity.name.utf8.starts(with: prefix.utf8) else { continue }
                let documents = try translated { () throws(SQLiteError) in
                    try connection.integer(layout.count()) ?? 0
                }
                description.indices.append(
                    TargetDescription.Index(
                        identity: entry.identity,
                        mark: entry.mark,
                        documents: Int(clamping: documents),
                        mappings: entry.mappings,
                        aliases: aliases.filter { $0.index == entry.identity.name }.map(\.alias).sorted()
                    )
                )
            }
            for (alias, index) in aliases {
                own.insert(alias)
                if alias.utf8.starts(with: prefix.utf8) { description.aliases[alias] = [index] }
            }
            let foreign = try catalogue.objects(
                "type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                    + "AND name NOT LIKE '\\_refold\\_%' ESCAPE '\\'"
            )
            description.occupied = foreign.map(\.name).filter {
                !own.contains($0) && $0.utf8.starts(with: prefix.utf8)
            }
            return description
        }
        return description ?? TargetDescription(indices: [], aliases: [:], occupied: [])
    }
}
