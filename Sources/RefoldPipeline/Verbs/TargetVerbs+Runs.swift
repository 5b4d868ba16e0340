import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// One line of `runs`.
package struct RunSummary: Sendable, Hashable {
    /// The run.
    package var run: String
    /// The job.
    package var job: String
    /// When it began, ISO 8601 UTC.
    package var startedAt: String
    /// How long it took; nil: it has not ended, or only the target knows it.
    package var tookMilliseconds: Int64?
    /// Outcome, or the phase it is in; for a run that only the target knows, its index's state.
    package var state: String
    /// The exit status of its last end.
    package var exit: Int?
    /// Its indices that exist or were to be made.
    package var indices: [String]
    /// Whether an alias points at one of them.
    package var isServing: Bool
}

/// Where one alias points.
package struct AliasSummary: Sendable, Hashable {
    /// The alias.
    package var alias: String
    /// The index behind it.
    package var index: String
    /// The run that built it; nil: none of ours.
    package var run: String?
    /// Read model and version.
    package var readModel: String?
    /// When it was swapped in, ISO 8601 UTC.
    package var swappedAt: String?
    /// Since when a hold is set, ISO 8601 UTC.
    package var heldSince: String?
    /// Visible documents.
    package var documents: Int
}

extension TargetVerbs {
    /// All runs that ledger or target know, the newest first.
    package func runs() async throws(PipelineError) -> [RunSummary] {
        let description = try await target.describing(prefix: "")
        let serving = Set(description.aliases.values.flatMap { $0 })
        var byRun: [String: RunSummary] = [:]
        for index in description.indices {
            guard let mark = index.mark else { continue }
            var summary =
                byRun[mark.run]
                ?? RunSummary(
                    run: mark.run,
                    job: mark.job,
                    startedAt: mark.startedAt,
                    tookMilliseconds: nil,
                    state: mark.state,
                    exit: nil,
                    indices: [],
                    isServing: false
                )
            summary.indices.append(index.identity.name)
            summary.isServing = summary.isServing || serving.contains(index.identity.name)
            byRun[mark.run] = summary
        }
        for record in try await records() {
            let known = byRun[record.id.text]
            byRun[record.id.text] = RunSummary(
                run: record.id.text,
                job: record.job,
                startedAt: Timestamp.iso8601(record.startedAt),
                tookMilliseconds: record.endedAt.map {
                    max(0, $0.subtractingReportingOverflow(record.startedAt).partialValue)
                },
                state: record.outcome ?? record.phase,
                exit: record.exit,
                indices: known?.indices ?? record.indices,
                isServing: known?.isServing ?? false
            )
        }
        return byRun.values.sorted { ($0.startedAt, $0.run) > ($1.startedAt, $1.run) }
    }

    /// Where the aliases of the target point.
    package func aliases() async throws(PipelineError) -> [AliasSummary] {
        let description = try await target.describing(prefix: "")
        var summaries: [AliasSummary] = []
        for (alias, names) in description.aliases.sorted(by: { $0.key < $1.key }) {
            for name in names {
                let index = description.indices.first { $0.identity.name == name }
                let holds = description.indices.filter { MarkedAliases.of($0).contains(alias) }
                    .compactMap(\.mark?.hold?.since)
                summaries.append(
                    AliasSummary(
                        alias: alias,
                        index: name,
                        run: index?.mark?.run,
                        readModel: index?.mark.map { "\($0.readModel) v\($0.readModelVersion)" },
                        swappedAt: index?.mark?.swappedAt,
                        heldSince: holds.max(),
                        documents: index?.documents ?? 0
                    )
                )
            }
        }
        return summaries
    }

    private func records() async throws(PipelineError) -> [RunRecord] {
        guard let ledger else { return [] }
        do { return try await ledger.runs() } catch { throw PipelineError(error) }
    }
}
