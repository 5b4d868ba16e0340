import RefoldBytes
import RefoldIndex
import RefoldLedger

/// What `status` shows of one run.
extension TargetVerbs {
    /// The run that a name stands for: the one that serves an alias, the latest of a job, or one by its id or a unique
    /// beginning of it.
    ///
    /// Throws `pipeline.unknown` for a name that is none of these, with what there is.
    package func run(
        named name: String,
        among runs: [RunSummary],
        _ aliases: [AliasSummary]
    ) throws(PipelineError) -> RunSummary {
        if let alias = aliases.first(where: { $0.alias == name }) {
            if let run = runs.first(where: { $0.run == alias.run }) { return run }
            throw PipelineError(
                .unknown,
                "alias \(name) points at \(alias.index), which no run built",
                fix: "`\(invocation.look("runs"))` lists runs and their indices"
            )
        }
        // An alias that is not there yet is one of the run that is to make it.
        if let run = runs.first(where: { $0.job == name || $0.notServed.contains(name) }) { return run }
        let fitting = name.isEmpty ? [] : runs.filter { $0.run.hasPrefix(name.uppercased()) }
        if let only = fitting.first, fitting.count == 1 { return only }
        throw PipelineError(
            .unknown,
            fitting.isEmpty
                ? "no run, job or alias is \(name)" : "\(fitting.count) runs begin with \(name.uppercased())",
            cause: fitting.isEmpty
                ? known(runs, aliases) : fitting.prefix(5).map(\.run).joined(separator: ", "),
            fix: "`\(invocation.look("runs"))` lists runs and their indices"
        )
    }

    private func known(_ runs: [RunSummary], _ aliases: [AliasSummary]) -> String {
        guard let latest = runs.first else { return "there is no run yet" }
        let jobs = Set(runs.map(\.job)).sorted()
        let lists = [("job", "jobs", jobs), ("alias", "aliases", Set(aliases.map(\.alias)).sorted())]
        return lists.filter { !$0.2.isEmpty }
            .map { one, several, names in
                "\(names.count == 1 ? one : several) \(names.prefix(10).joined(separator: ", "))"
            }
            .joined(separator: "; ") + "; the latest run is \(latest.run)"
    }

    /// The command that goes on from a run's end; nil: it is at work, done with, or not known how.
    package func next(after run: RunSummary, _ dossier: RunDossier?) async throws(PipelineError) -> String? {
        if let resume = run.resume { return resume }
        guard run.activity == nil, let outcome = RunOutcome(rawValue: run.state), !outcome.isFinal else {
            return nil
        }
        guard let dossier, let plan = dossier.plan else {
            return outcome == .ready ? try await command("cutover", on: run.run) : nil
        }
        switch RunReport.FollowUp.Step(after: outcome, plan, dossier.gates, isSalvaged: !run.salvage.isEmpty)
        {
        case .again: return try await startCommand(of: run.run)
        case .fresh: return try await startCommand(of: run.run, isFresh: true)
        case .cutOver: return try await command("cutover", on: run.run)
        case .listRejects: return invocation.verb("rejects", "list", run.run)
        // Which archive it was the run itself has said.
        case .rollBack, .look, .verifyArchive: return nil
        }
    }
}
