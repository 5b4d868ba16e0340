import RefoldIndex

/// Where an alias points, as read from the target just now.
struct AliasState: Sendable, Hashable {
    /// The alias.
    var alias: String
    /// The index behind it; nil: the alias does not exist.
    var serving: TargetDescription.Index?
    /// The names it points at, its own when a concrete index has it; refold never makes more than one.
    var pointsAt: [String]
    /// Whether a concrete index or a foreign table has the alias's name.
    var isOccupied: Bool
}

extension IndexTarget {
    /// Reads one alias and the index behind it.
    func state(of alias: String) async throws(PipelineError) -> AliasState {
        let description = try await describing(prefix: alias)
        var pointsAt = description.aliases[alias] ?? []
        var serving: TargetDescription.Index?
        // A concrete index of that name serves its readers too.
        if let concrete = description.indices.first(where: { $0.identity.name == alias }) {
            pointsAt = [alias]
            serving = concrete
        }
        if let name = pointsAt.first, serving == nil {
            serving = description.indices.first { $0.identity.name == name }
            // The index of a first adoption may have a name of its own.
            if serving == nil {
                serving = try await describing(prefix: name).indices.first { $0.identity.name == name }
            }
        }
        let isOccupied =
            description.occupied.contains(alias) || description.indices.contains { $0.identity.name == alias }
        return AliasState(alias: alias, serving: serving, pointsAt: pointsAt, isOccupied: isOccupied)
    }

    /// The indices of a read model behind one alias: those that carry its mark and were made for that alias.
    ///
    /// Another alias may begin with the same letters, and another job may fill it with the same read model: `clients`
    /// and `clients-test`. Its indices are nobody's here to delete.
    func indices(
        of readModel: String,
        under alias: String
    ) async throws(PipelineError) -> [TargetDescription.Index] {
        try await describing(prefix: alias).indices.filter {
            $0.mark?.readModel == readModel && MarkedAliases.of($0).contains(alias)
        }
    }

    /// One index by its name.
    func index(named name: String) async throws(PipelineError) -> TargetDescription.Index? {
        try await describing(prefix: name).indices.first { $0.identity.name == name }
    }

    /// ``IndexTarget/describe(prefix:)`` with the pipeline's errors.
    func describing(prefix: String) async throws(PipelineError) -> TargetDescription {
        do { return try await describe(prefix: prefix) } catch { throw PipelineError(error) }
    }
}
