import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension TargetVerbs {
    /// Moves the aliases of a run back to the indices it replaced, and sets a hold there.
    ///
    /// Repeated after a crash it finishes what was begun. Throws `pipeline.refused` when there is nothing to go back to.
    package func rollBack(_ name: String) async throws(PipelineError) -> SwitchReport {
        let leaving = try await leaving(name)
        guard let run = leaving.first?.mark?.run else {
            throw PipelineError(.fault, "an index without its mark")
        }
        let steps = try await steps(leaving)
        // A run under way holds the locks: that there is nothing to roll back is said before they are asked for.
        if steps.isEmpty { try await refuseUnswapped(run, leaving) }
        let locks = try locks(steps.flatMap(\.aliases), word: "rollback")
        defer { withExtendedLifetime(locks) {} }
        if steps.isEmpty { return try await alreadyDone(run, leaving) }
        var newer: [SwitchReport.Newer] = []
        for step in steps { newer.append(try await self.newer(in: step.left, than: step.back.identity)) }
        // The hold comes first: killed after the swap, the next run must not swap forward again.
        for step in steps { try await hold(step, run: run) }
        try await swap(
            steps.flatMap { step in
                step.aliases.map { AliasSwap(alias: $0, from: step.left.name, to: step.back.identity) }
            },
            run: run,
            name: "rollback"
        )
        do throws(PipelineError) {
            for step in steps { try await markServing(step.back.identity.name, swappedAt: nil) }
            for step in steps { try await target.retire(step.left.name) }
        } catch {
            var told = error.afterSwap("readers see the index before")
            told.next = try await command("rollback", on: run)
            throw told
        }
        return SwitchReport(
            run: run,
            moves: steps.flatMap { step in
                step.aliases.map {
                    SwitchReport.Move(alias: $0, was: step.left.name, now: step.back.identity.name)
                }
            },
            newer: newer,
            follow: RunReport.FollowUp(word: .undo, command: try await command("cutover", on: run))
        )
    }

    /// Ends the holds on an alias, or on all aliases of a run: later runs swap again.
    ///
    /// Answers the indices that were held.
    ///
    /// Throws `pipeline.unknown` for a name that is neither: that there is no hold must not be said of a slip.
    package func release(_ name: String) async throws(PipelineError) -> [String] {
        let isAlias = try await !target.state(of: name).pointsAt.isEmpty
        return try await release(
            aliases: isAlias ? [name] : try await indices(of: name).flatMap(MarkedAliases.of)
        )
    }

    /// Ends the holds on aliases.
    package func release(aliases: [String]) async throws(PipelineError) -> [String] {
        let locks = try locks(aliases, word: "rollback --release")
        defer { withExtendedLifetime(locks) {} }
        return try await clearHolds(under: aliases)
    }

    /// Clears the holds on all indices that were made for these aliases; answers their names.
    func clearHolds(under aliases: [String]) async throws(PipelineError) -> [String] {
        var cleared: Set<String> = []
        for alias in aliases {
            for index in try await target.describing(prefix: alias).indices {
                guard var mark = index.mark, mark.hold != nil, MarkedAliases.of(index).contains(alias) else {
                    continue
                }
                mark.hold = nil
                try await target.setting(mark, of: index.identity)
                cleared.insert(index.identity.name)
            }
        }
        return cleared.sorted()
    }

    /// Marks the index behind an alias as the one that serves.
    func markServing(_ name: String, swappedAt: String?) async throws(PipelineError) {
        guard let index = try await target.index(named: name), var mark = index.mark else { return }
        mark.state = IndexState.serving
        mark.swappedAt = swappedAt ?? mark.swappedAt
        mark.documents = nil
        try await target.setting(mark, of: index.identity)
    }

    /// One index to leave and where its aliases go back to.
    private struct Step {
        var left: IndexIdentity
        var back: TargetDescription.Index
        var aliases: [String]
    }

    private func steps(_ leaving: [TargetDescription.Index]) async throws(PipelineError) -> [Step] {
        var steps: [Step] = []
        for index in leaving {
            var aliases: [String] = []
            for alias in MarkedAliases.of(index)
            where try await target.state(of: alias).pointsAt == [index.identity.name] {
                aliases.append(alias)
            }
            guard !aliases.isEmpty else { continue }
            guard let predecessor = index.mark?.predecessor else {
                throw try await nowhere(from: index, aliases.sorted(), gone: nil)
            }
            guard let back = try await target.index(named: predecessor) else {
                throw try await nowhere(from: index, aliases.sorted(), gone: predecessor)
            }
            steps.append(Step(left: index.identity, back: back, aliases: aliases.sorted()))
        }
        return steps
    }

    /// The hold lies on the index gone back to or, when no run built that one, on the index left.
    private func hold(_ step: Step, run: String) async throws(PipelineError) {
        let hold = IndexMark.Hold(since: Timestamp.iso8601(now()), run: run)
        if var mark = step.back.mark {
            mark.hold = hold
            try await target.setting(mark, of: step.back.identity)
            return
        }
        guard let left = try await target.index(named: step.left.name), var mark = left.mark else { return }
        mark.hold = hold
        try await target.setting(mark, of: left.identity)
    }

    /// A rollback that was done before, or a run that does not serve.
    private func alreadyDone(
        _ run: String,
        _ leaving: [TargetDescription.Index]
    ) async throws(PipelineError) -> SwitchReport {
        var moves: [SwitchReport.Move] = []
        for index in leaving {
            for alias in MarkedAliases.of(index) {
                let state = try await target.state(of: alias)
                let isHeld = state.serving?.mark?.hold?.run == run || index.mark?.hold?.run == run
                guard isHeld, let serving = state.serving else { continue }
                // Marked as it is it stood there all the time; else a rollback that was cut off is finished now.
                let stood =
                    serving.mark?.state ?? IndexState.serving == IndexState.serving
                    && index.mark?.state == IndexState.retired
                try await markServing(serving.identity.name, swappedAt: nil)
                try await target.retire(index.identity.name)
                moves.append(
                    SwitchReport.Move(
                        alias: alias,
                        was: stood ? serving.identity.name : index.identity.name,
                        now: serving.identity.name
                    )
                )
            }
        }
        guard !moves.isEmpty else {
            throw PipelineError(
                .moved,
                "run \(run) does not serve: no alias points at its indices",
                fix: "`\(invocation.look("status"))` tells what serves"
            )
        }
        return SwitchReport(
            run: run,
            moves: moves,
            newer: [],
            follow: RunReport.FollowUp(word: .undo, command: try await command("cutover", on: run))
        )
    }
}
