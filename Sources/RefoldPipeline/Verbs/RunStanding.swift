import RefoldIndex

/// What became of a swapped run that serves nobody any more.
package enum RunStanding: String, Sendable, Hashable {
    /// What serves now replaced it: a rollback leads back to it.
    case rollback
    /// It was rolled back.
    case rolledBack = "rolled back"
    /// Its indices stay, and no rollback leads to them.
    case kept
    /// None of its indices is there any more.
    case deleted

    /// As the target tells it; nil: the run has not swapped, or still serves.
    init?(of run: RunSummary, in all: TargetDescription) {
        guard run.served.isEmpty,
            run.state == RunOutcome.swapped.rawValue || run.state == IndexState.retired
        else { return nil }
        let own = all.indices.filter { $0.mark?.run == run.run }
        let names = Set(own.map(\.identity.name))
        let serving = Set(all.aliases.values.joined())
        // What serves in the place of its indices.
        let aliases = Set(own.flatMap(MarkedAliases.of))
        let after = all.indices.filter { index in
            serving.contains(index.identity.name) && !aliases.isDisjoint(with: MarkedAliases.of(index))
        }
        if own.isEmpty {
            self = .deleted
        } else if after.contains(where: { $0.mark?.predecessor.map(names.contains) ?? false }) {
            self = .rollback
        } else if all.indices.contains(where: { $0.mark?.hold?.run == run.run })
            || after.contains(where: { $0.mark.map { $0.startedAt < run.startedAt } ?? true })
        {
            // Nothing but a rollback lets an older index serve in its place.
            self = .rolledBack
        } else {
            self = .kept
        }
    }
}
