import RefoldBytes

/// What a run would do, decided from lists alone.
package struct RunPlan: Sendable, Hashable {
    /// One alias and where it pointed when the plan was made.
    package struct AliasAction: Sendable, Hashable {
        /// The alias.
        package var alias: String
        /// The index behind it; nil: it does not exist; its own name: a concrete index, which is replaced.
        package var from: String?
        /// That index's UUID.
        package var fromUUID: String?

        /// Whether a concrete index of the alias's name is replaced.
        var isAdoption: Bool { from == alias }
    }
    /// What happens to one read model.
    package struct ReadModelPlan: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// Its version.
        package var version: Int
        /// The index to make.
        package var index: String
        /// The aliases to move.
        package var aliases: [AliasAction]
        /// The version that serves, when it is one of ours.
        package var servingVersion: Int?
        /// Documents in the serving index.
        package var servingDocuments: Int?
        /// Digest of the serving mapping.
        package var servingMapping: String?
        /// The difference from the serving mapping to the new one.
        package var mapping: [MappingChange]
    }
    /// A hold on an alias: a run stops ready until it is released.
    package struct Hold: Sendable, Hashable {
        /// The alias.
        package var alias: String
        /// Since when, ISO 8601 UTC.
        package var since: String
        /// The run that was rolled back.
        package var run: String
        /// The command that ends it.
        package var release: String
    }
    /// Room that the run needs.
    package struct DiskEstimate: Sendable, Hashable {
        /// Bytes of the state folder for spills and notes.
        package var localBytes: Int
        /// Free bytes there, if known.
        package var localFreeBytes: Int?
        /// Bytes at the target for the new indices beside the old ones.
        package var targetBytes: Int
        /// Free bytes there, if known.
        package var targetFreeBytes: Int?
    }
    /// The job's name.
    package var job: String
    /// Digest of what makes two runs the same.
    package var identity: String
    /// When it was made, ISO 8601 UTC.
    package var madeAt: String
    /// What the archive holds.
    package var archive: ArchiveListing
    /// The read models in the job's order.
    package var readModels: [ReadModelPlan]
    /// Indices of abandoned runs, which go when the run starts.
    package var abandoned: [String]
    /// Indices that go after the swap.
    package var retired: [String]
    /// Holds on its aliases.
    package var holds: [Hold]
    /// Room that it needs.
    package var disk: DiskEstimate
    /// What a person should know before.
    package var warnings: [String]

    /// SHA-256 over what a run depends on, hexadecimal: not over names and times.
    package var digest: String {
        let parts: JSONValue = [
            "identity": .text(identity), "segments": RunPlan.json(of: archive.segments),
            "aliases": .array(readModels.flatMap { $0.aliases.map(\.json) }),
            "mappings": .array(readModels.map { $0.servingMapping.map { .text($0) } ?? .null }),
        ]
        return SHA256.digest(of: parts.canonical.bytes).hex
    }

    /// What moved between this plan and a newer one of the same job, one sentence each; empty: it still holds.
    package func moved(since newer: RunPlan) -> [String] {
        var moved: [String] = []
        if identity != newer.identity { moved.append("the job, a read model or the target changed") }
        moved += ArchiveChange(from: archive.segments, to: newer.archive.segments).sentences
        for (old, new) in zip(readModels, newer.readModels) {
            for (before, after) in zip(old.aliases, new.aliases) where before != after {
                moved.append(
                    "alias \(before.alias) pointed at \(before.from ?? "nothing"), now at \(after.from ?? "nothing")"
                )
            }
            // Another index behind the alias was told above; only of the same one the mapping can have changed.
            if old.aliases.first?.from == new.aliases.first?.from, old.servingMapping != new.servingMapping {
                moved.append(
                    "the mapping of the index behind \(new.aliases.first?.alias ?? new.name) changed"
                )
            }
        }
        return moved
    }
}

/// How the segments of an archive changed between two looks.
struct ArchiveChange: Sendable, Hashable {
    /// Paths that are new.
    var added: [String] = []
    /// Paths with another content.
    var changed: [String] = []
    /// Paths that are gone.
    var missing: [String] = []

    /// Compares by path.
    init(from old: [SegmentIdentity], to new: [SegmentIdentity]) {
        let before = Dictionary(old.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        for segment in new {
            switch before[segment.path] {
            case nil: added.append(segment.path)
            case segment?: break
            default: changed.append(segment.path)
            }
        }
        missing = old.map(\.path).filter { after[$0] == nil }
    }

    /// Whether what was there is there still.
    var onlyGrew: Bool { changed.isEmpty && missing.isEmpty }

    /// One sentence for each kind of change, the first few paths named.
    var sentences: [String] {
        [("added", added), ("changed", changed), ("missing", missing)].compactMap { word, paths in
            guard let first = paths.first else { return nil }
            let more = paths.count > 1 ? " and \(paths.count - 1) more" : ""
            return "segment \(first)\(more) \(word)"
        }
    }
}
