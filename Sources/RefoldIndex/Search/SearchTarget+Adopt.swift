import RefoldBytes
import RefoldModel
import RefoldWire

extension SearchTarget {
    /// Settings that say what an index is, not how it behaves: a copy has its own.
    private static let ownSettings: Set<String> = [
        "uuid", "creation_date", "provided_name", "version.created", "version.upgraded", "history.uuid",
        "blocks.write", "blocks.read_only", "blocks.read_only_allow_delete", "blocks.metadata", "blocks.read",
        "resize.source.name", "resize.source.uuid", "routing.allocation.initial_recovery._id",
    ]
    /// How often what was written meanwhile is fetched, before the writers are said not to rest.
    private static let rounds = 20

    /// Copies a concrete index into one that is kept.
    package func keepCopy(
        of index: IndexIdentity,
        as name: String,
        mark: IndexMark
    ) async throws(IndexError) -> IndexIdentity {
        let original = try await required(index)
        var settings = IndexSettings(original.settings).flat
        for (setting, _) in settings.members where SearchTarget.ownSettings.contains(setting.string) {
            settings[setting] = nil
        }
        let copy = try await create(
            IndexSpecification(name: name, settings: settings, mappings: original.ownMappings, mark: mark)
        )
        var copied: IndexPosition?
        for _ in 0..<SearchTarget.rounds {
            let now = try await position(of: index)
            if now != nil, now == copied {
                let kept = try await settle(copy, forceMerge: nil).documents
                // Deletions leave nothing to be read: what went meanwhile stays in the copy, which harms nobody.
                guard try await count(index) <= kept else { break }
                return copy
            }
            try await transfer(from: index, above: copied, to: copy)
            if now == nil {
                _ = try await settle(copy, forceMerge: nil)
                return copy
            }
            copied = now
        }
        throw IndexError(
            .unavailable,
            "'\(index.name)' is written to all the time: a copy of it is never whole",
            place: index.name,
            fix: "stop its writers until the run has swapped, then run the same command: it goes on"
        )
    }

    /// Documents written above a position, with their versions; each must fit, since the definition is the same.
    private func transfer(
        from index: IndexIdentity,
        above position: IndexPosition?,
        to copy: IndexIdentity
    ) async throws(IndexError) {
        try await refresh(index).expect(.done, about: index.name, doing: "make documents visible")
        try await lendPages(of: index, above: position, withSource: true) { (page) async throws(IndexError) in
            for (document, outcome) in zip(page, try await load(DocumentBatch(page), into: copy)) {
                guard case .rejected(_, let detail, _) = outcome else { continue }
                throw IndexError(
                    .refused,
                    "document \(document.id.string) of '\(index.name)' cannot be kept in a copy",
                    place: index.name,
                    cause: detail,
                    fix: "delete or mend that document, then run the same command: it goes on"
                )
            }
            return true
        }
    }
}
