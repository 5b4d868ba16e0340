package import RefoldBytes

/// The gates before a swap, by the words that plan, log and report use.
package enum GateName: String, Sendable, Hashable, CaseIterable {
    /// Alias, index, mapping or archive changed by someone else under the run.
    case moved
    /// A concrete index has the alias's name.
    case occupied
    /// The three sums close.
    case sums
    /// The index holds as many documents as it must.
    case count
    /// The documents are the ones that were made.
    case digest
    /// Queries find what is known.
    case canary
    /// Not fewer documents than a share of the serving index.
    case share
    /// The serving index is not ahead.
    case behind
    /// Rejects are within their budget.
    case rejects
    /// Gap events are within their budget.
    case gaps
    /// Entity marks are within their budget.
    case marks
    /// No hold is set after a rollback.
    case held
    /// The hook agrees.
    case hook

    /// How a run ends that fails here.
    package var kind: FailureKind {
        switch self {
        case .moved, .occupied: .moved
        case .sums, .count, .digest, .canary, .share, .behind: .verificationFailed
        case .rejects, .gaps, .marks: .rejectsOverBudget
        case .held, .hook: .notSwapped
        }
    }
}

/// What one gate found.
package struct GateResult: Sendable, Hashable {
    /// How it ended.
    package enum State: String, Sendable, Hashable {
        /// It lets the run pass.
        case passed
        /// Something was found that the job only wants to hear of.
        case reported
        /// It refuses the swap.
        case failed
        /// It does not apply, or the job leaves it out.
        case skipped
    }
    /// The gate.
    package var name: GateName
    /// The read model; nil: it is the run's.
    package var readModel: String?
    /// How it ended.
    package var state: State
    /// One sentence.
    package var detail: String
    /// Ids, paths or names, the first few.
    package var examples: [String]

    /// All parts.
    package init(
        _ name: GateName,
        _ state: State,
        readModel: String? = nil,
        _ detail: String,
        examples: [String] = []
    ) {
        self.name = name
        self.state = state
        self.readModel = readModel
        self.detail = detail
        self.examples = examples
    }
}

extension Sequence<GateResult> {
    /// The failed gate that decides how the run ends; nil: all let it pass.
    ///
    /// The first in the order 14, 12, 13, 4, 3, 5.
    package var decisive: GateResult? {
        let order: [FailureKind] = [
            .moved, .notPermitted, .targetUnavailable, .verificationFailed, .rejectsOverBudget, .notSwapped,
        ]
        let failed = filter { $0.state == .failed }
        for kind in order {
            if let first = failed.first(where: { $0.name.kind == kind }) { return first }
        }
        return failed.first
    }
}
