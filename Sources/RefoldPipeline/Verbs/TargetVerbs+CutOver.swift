import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension TargetVerbs {
    /// Moves the aliases to the ready indices of a run, whatever holds say, and ends the holds.
    ///
    /// Throws `pipeline.moved` when an alias no longer points where the run saw it, `pipeline.refused` when the run's
    /// gates have not passed.
    package func cutOver(_ name: String) async throws(PipelineError) -> SwitchReport {
        var coming = try await coming(name)
        guard let run = coming.first?.mark?.run else {
            throw PipelineError(.fault, "an index without its mark")
        }
        let aliases = coming.flatMap(MarkedAliases.of)
        let locks = try locks(aliases, word: "cutover")
        defer { withExtendedLifetime(locks) {} }
        // A run may have been at work until the locks were ours.
        coming = try await indices(of: name)
        var moves: [SwitchReport.Move] = []
        var swaps: [AliasSwap] = []
        var newer: [SwitchReport.Newer] = []
        for index in coming {
            for alias in MarkedAliases.of(index) {
                let state = try await target.state(of: alias)
                let standing = state.serving?.identity
                if standing == index.identity {
                    // Marked as serving it stood here all the time; else a swap that was cut off is finished now.
                    let stood = index.mark?.state == IndexState.serving
                    moves.append(
                        SwitchReport.Move(
                            alias: alias,
                            was: stood ? index.identity.name : index.mark?.predecessor,
                            now: index.identity.name
                        )
                    )
                    continue
                }
                // What is not ready is told before where its alias stands.
                if index.mark?.state == IndexState.building { try await checkReady(index) }
                guard standing?.name == index.mark?.predecessor else {
                    throw moved(alias, from: index.mark?.predecessor, to: state.pointsAt)
                }
                if let standing, !newer.contains(where: { $0.index == standing.name }) {
                    newer.append(try await self.newer(in: standing, than: index.identity))
                }
                swaps.append(AliasSwap(alias: alias, from: standing?.name, to: index.identity))
                moves.append(SwitchReport.Move(alias: alias, was: standing?.name, now: index.identity.name))
            }
        }
        let entering = Set(swaps.compactMap(\.to))
        for index in coming where entering.contains(index.identity) { try await checkReady(index) }
        if !swaps.isEmpty { try await swap(swaps, run: run, name: "cutover") }
        let changed = moves.filter { $0.was != $0.now }
        let remarks: [String]
        do throws(PipelineError) {
            for name in Set(changed.map(\.now)) {
                try await markServing(name, swappedAt: Timestamp.iso8601(now()))
            }
            for before in Set(changed.compactMap(\.was)) { try await target.retire(before) }
            _ = try await clearHolds(under: aliases)
            remarks = try await noteSwapped(run)
        } catch {
            guard !changed.isEmpty else { throw error }
            var told = error.afterSwap("readers see the new index")
            told.next = try await command("cutover", on: run)
            throw told
        }
        let hasPredecessor = coming.contains { $0.mark?.predecessor != nil }
        return SwitchReport(
            run: run,
            moves: moves,
            newer: newer.filter { $0.count > 0 },
            follow: hasPredecessor
                ? RunReport.FollowUp(word: .undo, command: try await command("rollback", on: run))
                : RunReport.FollowUp(word: .next, command: invocation.look("runs")),
            remarks: remarks
        )
    }

    private func moved(_ alias: String, from: String?, to: [String]) -> PipelineError {
        PipelineError(
            .moved,
            "alias \(alias) is not where the run saw it",
            place: alias,
            cause:
                "it pointed at \(from ?? "nothing"), now at \(to.isEmpty ? "nothing" : to.joined(separator: ", "))",
            fix: "run the job again"
        )
    }

    /// The gates of a run that a person has swapped: what held it back is over, and no longer its standing.
    private func gatesPassedByHand(
        _ run: RunID,
        in ledger: Ledger
    ) async throws(LedgerError) -> [String: JSONValue] {
        guard let noted = try await ledger.fact("gates", of: run)?.asArray else { return [:] }
        let gates = noted.map { json -> JSONValue in
            guard var gate = GateResult(json: json), gate.state == .failed, gate.name.kind == .notSwapped
            else {
                return json
            }
            gate.state = .passed
            gate.detail = "swapped by hand all the same: \(gate.detail)"
            return gate.json
        }
        return ["gates": .array(gates)]
    }

    /// Where the ledger knows the run, it is swapped now and its work is done with; answers what stayed behind.
    private func noteSwapped(_ run: String) async throws(PipelineError) -> [String] {
        guard let ledger, let id = RunID(run) else { return [] }
        do throws(LedgerError) {
            guard var record = try await ledger.runs().first(where: { $0.id == id }) else { return [] }
            record.outcome = RunOutcome.swapped.rawValue
            record.phase = RunPhase.retire.rawValue
            record.exit = 0
            record.endedAt = record.endedAt ?? now()
            try await ledger.save(record, facts: try await gatesPassedByHand(id, in: ledger))
            try await ledger.forgetCheckpoints(of: id)
        } catch { throw PipelineError(error) }
        let folder = ledger.folder + "/work/" + run
        do throws(PipelineError) { try WorkFolder.remove(folder) } catch {
            return ["work files of run \(run) stay: \(error.message), \(error.place ?? folder)"]
        }
        return []
    }
}
