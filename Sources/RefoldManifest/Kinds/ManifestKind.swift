/// The kinds of manifests.
package enum ManifestKind: String, Sendable, Hashable, CaseIterable {
    /// Which events, how they fold, what document they give, which index holds it.
    case readModel = "ReadModel"
    /// Where documents go.
    case target = "Target"
    /// Whole archive into a new index.
    case rebuild = "Rebuild"
    /// Chosen aggregates into the serving index.
    case backfill = "Backfill"
    /// One version of a read model to another.
    case migration = "Migration"
    /// Disaster recovery.
    case restore = "Restore"

    /// The version of the interface, as every manifest names it.
    package static let apiVersion = "refold/v1"

    /// Whether it is a job.
    package var isJob: Bool { self != .readModel && self != .target }
}
