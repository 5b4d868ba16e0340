package import RefoldBytes
package import RefoldPipeline

/// A gate that refused the swap, told as a failure.
package struct GateFailure: Failure {
    /// The gate that decides how the run ends.
    package let gate: GateResult
    /// The other gates that failed: each of them would stop the swap alone.
    package let others: [GateResult]
    /// Damaged frames that the run left out, one sentence each.
    private let salvage: [String]
    /// How many rejects somebody accepted.
    private let accepted: Int

    /// How a hold is passed by, and how it is ended; nil: no run of which that could be said.
    private let holdCommands: (cutOver: String, release: String)?

    /// Of the deciding gate, with all gates of the run, the damage that it left out and the rejects that were accepted.
    package init(
        _ gate: GateResult,
        among gates: [GateResult] = [],
        salvage: [String] = [],
        accepted: Int = 0,
        holdCommands: (cutOver: String, release: String)? = nil
    ) {
        self.gate = gate
        self.salvage = salvage
        self.accepted = accepted
        self.holdCommands = holdCommands
        others = gates.filter { $0.state == .failed && $0 != gate }
    }

    /// The gate's kind.
    package var kind: FailureKind { gate.name.kind }
    /// `gate.behind`.
    package var code: String { "gate.\(gate.name.rawValue)" }
    /// What it found.
    package var message: String { "gate \(gate.name.rawValue): \(gate.detail)" }
    /// The read model.
    package var place: String? { gate.readModel.map { "read model \($0)" } }
    /// The first examples, then every other gate that failed.
    package var cause: String? {
        let missed = gate.name.missesDocuments ? salvage.map { "left out by --salvage: \($0)" } : []
        let lines =
            gate.examples + missed
            + others.map { "also failed: \($0.name.rawValue)\($0.subject): \($0.detail)" }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
    /// What mends it; the report's `next:` is the command.
    package var fix: String? {
        if gate.name == .held, let (cutOver, release) = holdCommands {
            return "swap it with `\(cutOver)`; or let later runs swap with `\(release)`"
        }
        guard gate.name.missesDocuments else { return gate.name.fix }
        if !salvage.isEmpty {
            return
                "restore the damaged segment and run without --salvage: its events are missing from the new index; only if "
                + "they are lost for good, let \(gate.name.consent) for this run"
        }
        if others.contains(where: { $0.name == .rejects }) {
            return "look at the rejects first: what they set aside is missing from the new index"
        }
        guard accepted > 0 else { return gate.name.fix }
        return
            "look at the \(grouped(accepted, "accepted reject", "accepted rejects")) first, the likely cause: what they "
            + "set aside is missing from the new index; mend that, or, if it is meant, let \(gate.name.consent) for this run"
    }
}

extension GateName {
    /// Whether the gate fails when documents are not there, for whatever reason.
    fileprivate var missesDocuments: Bool {
        switch self {
        case .canary, .share, .behind: true
        case .moved, .occupied, .sums, .count, .digest, .rejects, .gaps, .marks, .held, .hook: false
        }
    }

    /// What lets a run pass here whose documents are missing on purpose.
    fileprivate var consent: String {
        switch self {
        case .share: "verify.minimumShareOfPrevious be less"
        case .behind: "verify.behind be allow"
        default: "the canary expect less"
        }
    }

    /// What a person does when this gate has failed.
    fileprivate var fix: String {
        switch self {
        case .moved: "find out who changed it; `refold runs` shows what serves"
        case .occupied: "rename the index or table of that name, or choose another alias"
        case .sums: "keep the report, it is a fault of refold; then start over with --fresh"
        case .count, .digest: "find out who else writes there, then start over with --fresh"
        case .canary: "look at the document with `refold state`; then correct the read model or the canary"
        case .share:
            "see whether the archive is complete; only if so lower verify.minimumShareOfPrevious for this run"
        case .behind: "let the archive catch up, then run again"
        case .rejects:
            "mend the events or the read model; or, when they are known and harmless, accept them with a note"
        case .gaps: "read the records again in their source and append them; or raise verify.gaps.budget"
        case .marks: "read the entities again in their source and append them; or raise verify.marks.budget"
        case .held: "swap it with `refold cutover`; or let later runs swap with `refold rollback --release`"
        case .hook: "mend what the hook looks at, then type the same command: it asks again"
        }
    }
}

extension GateResult {
    /// The gate as one line: `gate gaps reported (clients): 7 live aggregates have a gap`.
    var line: String { "gate \(name.rawValue) \(state.rawValue)\(subject): \(detail)" }

    /// ` (clients)`; nothing for a gate of the whole run.
    fileprivate var subject: String { readModel.map { " (\($0))" } ?? "" }
}
