import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

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
    /// Visible documents; nil: not every part of the index answers.
    package var documents: Int?
    /// Damaged frames that its run left out, one sentence each.
    package var salvage: [String] = []
}

extension TargetVerbs {
    /// All runs that ledger or target know, the newest first.
    package func runs() async throws(PipelineError) -> [RunSummary] {
        let description = try await everything()
        var byRun: [String: RunSummary] = [:]
        for index in description.indices {
            guard let mark = index.mark else { continue }
            byRun[mark.run] = summary(adding: index, mark, to: byRun[mark.run], in: description)
        }
        for record in try await records() {
            byRun[record.id.text] = try await summary(of: record, seen: byRun[record.id.text])
        }
        for (run, summary) in byRun { byRun[run]?.standing = RunStanding(of: summary, in: description) }
        return byRun.values.sorted { ($0.startedAt, $0.run) > ($1.startedAt, $1.run) }
    }

    /// What the target alone says of a run, an index at a time.
    private func summary(
        adding index: TargetDescription.Index,
        _ mark: IndexMark,
        to known: RunSummary?,
        in description: TargetDescription
    ) -> RunSummary {
        var summary =
            known
            ?? RunSummary(
                run: mark.run,
                job: mark.job,
                startedAt: mark.startedAt,
                state: mark.state,
                indices: [],
                served: [],
                notServed: []
            )
        let name = index.identity.name
        let served = description.aliases.filter { $0.value.contains(name) }.keys
        summary.indices.append(name)
        if summary.salvage.isEmpty { summary.salvage = MarkedSalvage.of(mark) }
        summary.served = Set(summary.served).union(served).sorted()
        summary.notServed = Set(summary.notServed).union(MarkedAliases.of(index)).subtracting(summary.served)
            .sorted()
        // Rolled back in part a run has a retired index and one that serves.
        if mark.state == IndexState.building || mark.state == IndexState.serving {
            summary.state = mark.state
        }
        if summary.state == IndexState.building { summary.activity = activityAtTarget(of: mark.run) }
        return summary
    }

    /// What the ledger says of a run, beside what was seen at the target.
    private func summary(of record: RunRecord, seen: RunSummary?) async throws(PipelineError) -> RunSummary {
        var summary = RunSummary(
            run: record.id.text,
            job: record.job,
            startedAt: Timestamp.iso8601(record.startedAt),
            state: record.outcome ?? record.phase,
            exit: record.exit,
            indices: seen?.indices ?? record.indices,
            served: seen?.served ?? [],
            notServed: seen?.notServed ?? []
        )
        guard let ledger else { return summary }
        do throws(LedgerError) {
            summary.salvage = try await ledger.fact("salvage", of: record.id)?.asTexts ?? []
            if let ended = record.endedAt {
                let elapsed = max(0, ended.subtractingReportingOverflow(record.startedAt).partialValue)
                let phases = RunFacts(try await ledger.facts(beginning: "took:", of: record.id)).durations
                summary.tookMilliseconds = phases.isEmpty ? elapsed : WorkingTime.sum(phases.values)
                summary.elapsedMilliseconds = elapsed
            }
            if !record.isFinal {
                let plan = try await ledger.fact("plan", of: record.id).flatMap(RunPlan.init(json:))
                let aliases = plan?.readModels.flatMap { $0.aliases.map(\.alias) } ?? []
                summary.notServed = Set(aliases).union(summary.notServed).subtracting(summary.served).sorted()
                if record.outcome == nil {
                    summary.activity = activity(of: record.id.text, aliases: aliases, in: ledger.folder)
                }
            }
            if summary.goesOn {
                summary.resume = Invocation.command(
                    of: try await ledger.fact("job", of: record.id),
                    typedIn: invocation
                )
            }
        } catch { throw PipelineError(error) }
        return summary
    }

    /// The kernel's word on a run of this state folder: it holds the lock of each of its aliases while it works.
    private func activity(of run: String, aliases: [String], in folder: String) -> RunActivity {
        var found = aliases.isEmpty ? RunActivity.unknown : .interrupted
        for alias in aliases {
            switch RunLock.standing(of: RunLocks.path(of: alias, in: folder)) {
            // A run that begins or goes on has the locks before it says which it is.
            case .held(let holder?) where holder.run == run || holder.isBeginning:
                return .running(holder.description(now: now()))
            case .held(nil), .unknown: found = .unknown
            case .held, .free: continue
            }
        }
        return found
    }

    /// A run that the ledger does not know may be at work on another machine, whatever the lock beside the file says.
    private func activityAtTarget(of run: String) -> RunActivity {
        guard let path = target.lockPath, case .held(let holder?) = RunLock.standing(of: path),
            holder.run == run
        else { return .unknown }
        return .running(holder.description(now: now()))
    }

    /// Where the aliases of the target point.
    package func aliases() async throws(PipelineError) -> [AliasSummary] {
        let description = try await everything()
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
                        documents: index?.documents,
                        salvage: MarkedSalvage.of(index?.mark)
                    )
                )
            }
        }
        return summaries
    }

    /// The runs of the ledger; none without one.
    func records() async throws(PipelineError) -> [RunRecord] {
        guard let ledger else { return [] }
        do { return try await ledger.runs() } catch { throw PipelineError(error) }
    }
}

extension RunSummary {
    /// Whether its command, typed again, does nothing but go on: it was killed, stopped by a signal, or failed.
    fileprivate var goesOn: Bool {
        activity == .interrupted || state == RunOutcome.interrupted.rawValue
            || state == RunOutcome.failed.rawValue
    }
}

extension RunLock.Holder {
    /// Whether a run has the lock that has not said yet which one it is.
    fileprivate var isBeginning: Bool { run.isEmpty && state == RunPhase.plan.rawValue }
}
