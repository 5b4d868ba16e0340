import RefoldBytes
import RefoldIndex
import RefoldLedger

/// What `rollback` says when there is nothing to go back from, or nothing to go back to; `cutover` when there is nothing
/// to swap yet.
extension TargetVerbs {
    /// Which of the two asks.
    private enum Asked {
        case rollback
        case cutover

        /// What there is not.
        var lack: String {
            switch self {
            case .rollback: "there is nothing to roll back"
            case .cutover: "there is nothing to swap"
            }
        }
    }

    /// The indices to leave; a name that the target does not know may be a run that has made none yet.
    func leaving(_ name: String) async throws(PipelineError) -> [TargetDescription.Index] {
        try await indices(of: name, asked: .rollback)
    }

    /// The indices to swap in; a name that the target does not know may be a run that has made none yet.
    func coming(_ name: String) async throws(PipelineError) -> [TargetDescription.Index] {
        try await indices(of: name, asked: .cutover)
    }

    private func indices(
        of name: String,
        asked: Asked
    ) async throws(PipelineError) -> [TargetDescription.Index] {
        do throws(PipelineError) { return try await indices(of: name) } catch {
            guard error.code == PipelineError.Code.unknown.rawValue else { throw error }
            let prefix = name.uppercased()
            let runs = try await runs()
            if let run = runs.first(where: { !name.isEmpty && $0.run.hasPrefix(prefix) }) {
                throw try await unswapped(run, asked: asked)
            }
            if let run = runs.first(where: { $0.notServed.contains(name) }) {
                throw try await unswapped(run, asked: asked, making: name)
            }
            throw error
        }
    }

    /// Throws `pipeline.refused` for a run that has not swapped yet.
    func refuseUnswapped(_ run: String, _ leaving: [TargetDescription.Index]) async throws(PipelineError) {
        let isUnswapped = leaving.allSatisfy { index in
            [IndexState.building, IndexState.ready].contains(index.mark?.state ?? "")
        }
        // A rollback that was cut off before its marks has a hold to tell of it, and is finished.
        guard isUnswapped,
            !(try await everything().indices.contains { $0.mark?.hold?.run == run }),
            let summary = try await runs().first(where: { $0.run == run })
        else { return }
        throw try await unswapped(summary, asked: .rollback)
    }

    private func unswapped(
        _ run: RunSummary,
        asked: Asked,
        making alias: String? = nil
    ) async throws(PipelineError) -> PipelineError {
        if run.activity == nil, let outcome = RunOutcome(rawValue: run.state), outcome.isFinal {
            return PipelineError(
                .refused,
                "run \(run.run) is \(run.state), and none of its indices is in the target: \(asked.lack)",
                fix: "`\(invocation.look("status"))` tells what serves"
            )
        }
        let cause =
            switch run.activity {
            case .running(let holder)?: "it is at work: \(holder)"
            case .interrupted?: "it was killed in phase \(run.state)"
            case .unknown?: "its index is \(run.state); it may be at work on another machine"
            case nil: "it ended \(run.state)"
            }
        var fix = "`\(try await command("status", on: run.run))` shows it"
        if asked == .rollback, let back = try await rollback(ofWhatServesBeside: run) { fix += "; \(back)" }
        return PipelineError(
            .refused,
            (alias.map { "alias \($0) is not there yet: " } ?? "")
                + "run \(run.run) \(asked == .rollback ? "has not swapped" : "is not ready"), \(asked.lack)",
            place: run.notServed.isEmpty ? nil : run.notServed.map { "alias \($0)" }.joined(separator: ", "),
            cause: cause,
            fix: fix
        )
    }

    /// How what serves now goes back, all aliases of its run in one step; nil: nothing that a run built serves there.
    private func rollback(ofWhatServesBeside run: RunSummary) async throws(PipelineError) -> String? {
        guard ledger != nil || invocation.namesTarget else { return nil }
        let all = try await everything()
        for alias in run.notServed {
            guard let name = all.aliases[alias]?.first,
                let builder = all.indices.first(where: { $0.identity.name == name })?.mark?.run
            else { continue }
            let command = try await command("rollback", on: builder)
            return "what serves now is run \(builder): `\(command)` takes its aliases back"
        }
        return nil
    }

    /// There is no older index, or it is gone; after a rollback the hold is what a person has to decide about.
    func nowhere(
        from index: TargetDescription.Index,
        _ aliases: [String],
        gone: String?
    ) async throws(PipelineError) -> PipelineError {
        let name = index.identity.name
        let alias = "alias " + aliases.joined(separator: ", ")
        let lack = gone.map { "\($0), which it replaced, is gone" } ?? "there is no older index to go back to"
        let holds = try await everything().indices.filter {
            !Set(MarkedAliases.of($0)).isDisjoint(with: aliases)
        }
        if let hold = index.mark?.hold ?? holds.hold?.hold, let first = aliases.first {
            let forth = try await command("cutover", on: hold.run)
            let release =
                invocation.jobFile.isEmpty
                ? invocation.verb("rollback", "--release", first) : invocation.release
            return PipelineError(
                .refused,
                "\(alias) was rolled back already: \(lack)",
                place: name,
                cause:
                    "held since \(hold.since), when run \(hold.run) was rolled back: runs stop ready with 5",
                fix: "`\(forth)` swaps that run in again; `\(release)` lets later runs swap"
            )
        }
        let run = invocation.jobFile.isEmpty ? "run its job" : "`\(invocation.run())`"
        return PipelineError(
            .refused,
            "\(alias) cannot go back: \(lack)",
            place: name,
            cause: gone == nil ? "it is the first one" : "cutover.keep says how many stay",
            fix: "mend what is wrong, then \(run): it makes a new index"
        )
    }
}
