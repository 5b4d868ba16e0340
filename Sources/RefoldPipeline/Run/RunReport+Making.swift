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
            release: decisive?.name == .held ? run.environment.invocation.release : nil,
            follow: FollowUp(run, outcome: outcome, gates: gates, isSalvaged: !facts.salvageRemarks.isEmpty)
        )
    }
}

extension RunReport.FollowUp {
    /// Each end has one command that goes on from it or takes it back.
    init(_ run: ActiveRun, outcome: RunOutcome, gates: [GateResult], isSalvaged: Bool) {
        let invocation = run.environment.invocation
        let id = run.id.text
        switch Step(after: outcome, run.plan, gates, isSalvaged: isSalvaged) {
        case .again: self.init(word: .next, command: invocation.run())
        case .fresh: self.init(word: .next, command: invocation.run("--fresh"))
        case .cutOver: self.init(word: .next, command: invocation.verb("cutover", id))
        case .rollBack: self.init(word: .undo, command: invocation.verb("rollback", id))
        case .listRejects: self.init(word: .next, command: invocation.verb("rejects", "list", id))
        case .verifyArchive:
            self.init(word: .next, command: Invocation.line(["archive", "verify", run.job.archive.location]))
        case .look: self.init(word: .next, command: invocation.verb("status", id))
        }
    }

    /// What a person may do after an end, whichever words it is typed with.
    enum Step {
        case again
        case fresh
        case cutOver
        case rollBack
        case listRejects
        case verifyArchive
        case look

        init(after outcome: RunOutcome, _ plan: RunPlan, _ gates: [GateResult], isSalvaged: Bool) {
            let decisive = gates.decisive
            switch outcome {
            case .swapped:
                let hasPredecessor = plan.readModels.contains { $0.aliases.contains { $0.from != nil } }
                self = hasPredecessor ? .rollBack : .look
            case .ready: self = .cutOver
            case .held: self = decisive?.name == .hook ? .again : .cutOver
            case .written, .abandoned: self = .look
            // Rejects stop the next attempt as well, whichever gate decided this one.
            case .refused where gates.contains { $0.name == .rejects && $0.state == .failed }:
                self = .listRejects
            case .refused where decisive.map({ plan.isSpoilt(by: $0) }) ?? false: self = .fresh
            // The same command leaves the same damage out: what is damaged is to be looked at first.
            case .refused where decisive?.name.kind == .verificationFailed && isSalvaged:
                self = .verifyArchive
            case .refused where decisive?.name.kind == .verificationFailed && gates.hasOpenRejects:
                self = .listRejects
            case .refused, .failed, .interrupted: self = .again
            }
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
