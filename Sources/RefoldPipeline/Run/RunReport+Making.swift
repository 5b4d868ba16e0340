import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension RunReport {
    /// The report of a run that ended, from what its phases noted.
    init(
        _ run: ActiveRun,
        facts: RunFacts,
        accepted: AcceptedCounts,
        outcome: RunOutcome,
        gates: [GateResult],
        deleted: [String]
    ) {
        let decisive = gates.decisive
        self.init(
            run: run.id.text,
            job: run.job.name,
            outcome: outcome,
            failure: outcome.isSuccess ? nil : decisive?.name.kind ?? .internalFault,
            startedAt: Timestamp.iso8601(run.startedAt),
            tookMilliseconds: facts.workedMilliseconds,
            elapsedMilliseconds: max(0, run.now - run.startedAt),
            phases: RunPhase.allCases.compactMap { phase in facts.durations[phase].map { (phase, $0) } },
            lines: facts.lines ?? LineCounts(),
            acceptedLines: accepted.lines,
            readModels: run.readModels.enumerated().map { place, parts in
                ReadModelReport(
                    name: parts.definition.name,
                    version: parts.definition.version,
                    index: parts.plan.index,
                    records: facts.records[place] ?? RecordCounts(),
                    documents: facts.sums(of: parts.plan.index),
                    aliases: parts.plan.aliases.map {
                        AliasMove(alias: $0.alias, from: $0.from, to: parts.plan.index)
                    },
                    remarks: facts.settled[parts.plan.index]?.remarks ?? [],
                    acceptedRecords: accepted.records[parts.definition.name] ?? 0,
                    acceptedDocuments: accepted.documents[parts.definition.name] ?? 0
                )
            },
            gates: gates,
            decisive: decisive,
            marks: facts.marks,
            salvageRemarks: facts.salvageRemarks,
            warnings: facts.sourceWarnings(run),
            deletedIndices: deleted,
            follow: FollowUp(run, outcome: outcome, gates: gates, isSalvaged: !facts.salvageRemarks.isEmpty)
        )
    }
}

extension RunReport.FollowUp {
    /// Each end has one command that goes on from it or takes it back.
    init(_ run: ActiveRun, outcome: RunOutcome, gates: [GateResult], isSalvaged: Bool) {
        let decisive = gates.decisive
        let invocation = run.environment.invocation
        let id = run.id.text
        switch outcome {
        case .swapped:
            let hasPredecessor = run.plan.readModels.contains { $0.aliases.contains { $0.from != nil } }
            self =
                hasPredecessor
                ? RunReport.FollowUp(word: .undo, command: invocation.verb("rollback", id))
                : RunReport.FollowUp(word: .next, command: invocation.verb("status", id))
        case .ready: self.init(word: .next, command: invocation.verb("cutover", id))
        case .held:
            self.init(
                word: .next,
                command: decisive?.name == .hook ? invocation.run() : invocation.verb("cutover", id)
            )
        case .written, .abandoned: self.init(word: .next, command: invocation.verb("status", id))
        // Rejects stop the next attempt as well, whichever gate decided this one.
        case .refused where gates.contains { $0.name == .rejects && $0.state == .failed }:
            self.init(word: .next, command: invocation.verb("rejects", "list", id))
        case .refused where decisive.map({ run.plan.isSpoilt(by: $0) }) ?? false:
            self.init(word: .next, command: invocation.run("--fresh"))
        // The same command leaves the same damage out: what is damaged is to be looked at first.
        case .refused where decisive?.name.kind == .verificationFailed && isSalvaged:
            self.init(word: .next, command: Invocation.line(["archive", "verify", run.job.archive.location]))
        case .refused where decisive?.name.kind == .verificationFailed && gates.hasOpenRejects:
            self.init(word: .next, command: invocation.verb("rejects", "list", id))
        case .refused, .failed, .interrupted: self.init(word: .next, command: invocation.run())
        }
    }
}

extension Sequence<GateResult> {
    /// Whether something was set aside that nobody accepted: it may be what another gate misses.
    fileprivate var hasOpenRejects: Bool { contains { $0.name == .rejects && !$0.examples.isEmpty } }
}

extension RunPlan {
    /// Whether a gate says that the run's own index is not what was written: going on would find the same again.
    fileprivate func isSpoilt(by gate: GateResult) -> Bool {
        switch gate.name {
        case .digest, .count: true
        case .moved: readModels.contains { gate.examples == [$0.index] }
        default: false
        }
    }
}
