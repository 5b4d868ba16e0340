import RefoldIndex

/// Whether what the run relies on is still as it saw it.
enum MovedGate {
    /// The alias points where the plan saw it, or already at the run's own index.
    static func judge(
        _ state: AliasState,
        planned: RunPlan.AliasAction,
        own: String,
        readModel: String
    ) -> GateResult {
        if state.isOccupied, planned.isAdoption, state.serving?.identity.uuid == planned.fromUUID {
            return GateResult(
                .occupied,
                .passed,
                readModel: readModel,
                "the concrete index \(state.alias) is the one that shall be replaced"
            )
        }
        if state.isOccupied {
            return GateResult(
                .occupied,
                .failed,
                readModel: readModel,
                "the name \(state.alias) belongs to a concrete index or table"
            )
        }
        let isUnmoved =
            state.pointsAt == [own]
            || (state.pointsAt == (planned.from.map { [$0] } ?? [])
                && state.serving?.identity.uuid == planned.fromUUID)
        guard !isUnmoved else {
            return GateResult(
                .moved,
                .passed,
                readModel: readModel,
                "\(state.alias) points where the plan saw it"
            )
        }
        let now = state.pointsAt.isEmpty ? "nothing" : state.pointsAt.joined(separator: ", ")
        return GateResult(
            .moved,
            .failed,
            readModel: readModel,
            "alias \(state.alias) pointed at \(planned.from ?? "nothing"), now at \(now)",
            examples: state.pointsAt
        )
    }

    /// The run's own index is the one it made, with the mapping it had then.
    static func judge(
        own index: TargetDescription.Index?,
        named name: String,
        made: RunFacts.Created,
        readModel: String
    ) -> GateResult {
        guard let index else {
            return GateResult(
                .moved,
                .failed,
                readModel: readModel,
                "index \(name) is gone",
                examples: [name]
            )
        }
        guard index.identity.uuid == made.uuid else {
            return GateResult(
                .moved,
                .failed,
                readModel: readModel,
                "index \(name) was deleted and made again by someone else",
                examples: [name]
            )
        }
        guard made.mapping == nil || made.mapping == MappingDigest.of(index.mappings) else {
            return GateResult(
                .moved,
                .failed,
                readModel: readModel,
                "the mapping of \(name) was changed by someone else",
                examples: [name]
            )
        }
        return GateResult(.moved, .passed, readModel: readModel, "\(name) is as it was made")
    }

    /// The archive still has the segments that were read; new ones belong to the next run.
    static func judge(archive change: ArchiveChange) -> GateResult {
        guard change.onlyGrew else {
            return GateResult(
                .moved,
                .failed,
                "the archive changed under the run: \(change.sentences.joined(separator: "; "))",
                examples: change.changed + change.missing
            )
        }
        let text =
            change.added.isEmpty ? "the archive is as it was read" : "the archive grew since it was read"
        return GateResult(.moved, .passed, text)
    }
}
