/// The phases of a run, in their order.
///
/// Source: DESIGN, "Phases of a run"; `catch-up` comes between settle and verify when it is built.
package enum RunPhase: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Lists and digests, decides names.
    case plan
    /// Reads the archive into states.
    case fold
    /// Projects and loads documents.
    case index
    /// Makes the index ready to be read.
    case settle
    /// Evaluates the gates.
    case verify
    /// Moves the aliases.
    case cutOver = "cut-over"
    /// Deletes what is no longer kept.
    case retire
}

/// How a run stands after its last phase.
package enum RunOutcome: String, Sendable, Hashable, CaseIterable {
    /// The aliases point at its indices.
    case swapped
    /// The indices are ready and wait for `cutover` (mode manual).
    case ready
    /// The indices are ready; a hold or a hook said no.
    case held
    /// A target without aliases has the documents.
    case written
    /// A gate refused the swap.
    case refused
    /// An error ended it.
    case failed
    /// A signal ended it; a checkpoint stands.
    case interrupted
    /// Another run took its place; its indices go.
    case abandoned

    /// Whether the same command starts a new run instead of going on.
    package var isFinal: Bool { self == .swapped || self == .written || self == .abandoned }
    /// Whether the job's request is fulfilled.
    package var isSuccess: Bool { self == .swapped || self == .written || self == .ready }
}

/// Where a run is: at the start of a phase, or ended in one.
package enum RunState: Sendable, Hashable {
    /// The phase is under way, or begins.
    case running(RunPhase)
    /// The run ended; a resumable end goes on at the phase.
    case ended(RunOutcome, at: RunPhase)
}

/// What moves a run from one state to the next.
package enum RunEvent: Sendable, Hashable, CaseIterable {
    /// The phase's effect is done and read back.
    case phaseDone
    /// The gates passed and a person swaps.
    case waitsForPerson
    /// The gates passed and the target has no aliases.
    case hasNoAlias
    /// A hold or a hook says no.
    case held
    /// A gate refuses.
    case refused
    /// An error ends the run.
    case failed
    /// A signal ends the run.
    case interrupted
    /// The same command was typed again.
    case resumed
    /// It was typed again, and the aliases point at the run's indices already.
    case resumedSwapped
    /// It was typed again, and the archive has grown.
    case resumedGrown
    /// Another run takes its place.
    case abandoned
}

/// An event that the run's state does not know: a fault of refold, never of its input.
package struct RunTransitionError: Error, Hashable {
    /// The state.
    package var state: RunState
    /// The event.
    package var event: RunEvent
}

extension RunState {
    /// The phase it is in or ended in.
    package var phase: RunPhase {
        switch self {
        case .running(let phase), .ended(_, let phase): phase
        }
    }

    /// The state after an event.
    ///
    /// Pure: what is durable, and when, is the caller's concern.
    package func after(_ event: RunEvent) throws(RunTransitionError) -> RunState {
        switch (self, event) {
        case (.running(.retire), .phaseDone): .ended(.swapped, at: .retire)
        case (.running(let phase), .phaseDone):
            switch phase.next {
            case let next?: .running(next)
            case nil: throw RunTransitionError(state: self, event: event)
            }
        case (.running(.verify), .waitsForPerson): .ended(.ready, at: .verify)
        case (.running(.verify), .hasNoAlias): .ended(.written, at: .verify)
        case (.running(.verify), .held), (.running(.cutOver), .held): .ended(.held, at: .verify)
        case (.running(.verify), .refused), (.running(.cutOver), .refused): .ended(.refused, at: .verify)
        // After the swap only retiring is left: what failed there is tried again by the next run.
        case (.running(let phase), .failed): .ended(.failed, at: phase)
        case (.running(let phase), .interrupted): .ended(.interrupted, at: phase)
        // The gates were judged before the pause: they are judged again, unless the swap was done.
        case (.running(.cutOver), .resumed), (.ended(.failed, at: .cutOver), .resumed),
            (.ended(.interrupted, at: .cutOver), .resumed):
            .running(.verify)
        case (.running(let phase), .resumedSwapped) where phase >= .verify: .running(phase.afterSwap)
        case (.ended(let outcome, let phase), .resumedSwapped) where !outcome.isFinal && phase >= .verify:
            .running(phase.afterSwap)
        // A run that was killed is found `running`: it resumes as an ended one does.
        case (.running(let phase), .resumed): .running(phase)
        case (.ended(let outcome, let phase), .resumed) where !outcome.isFinal: .running(phase)
        // New segments are folded in.
        case (.running(let phase), .resumedGrown): .running(phase.afterGrowth)
        case (.ended(let outcome, let phase), .resumedGrown) where !outcome.isFinal:
            .running(phase.afterGrowth)
        case (.running(let phase), .abandoned): .ended(.abandoned, at: phase)
        case (.ended(let outcome, let phase), .abandoned) where !outcome.isFinal:
            .ended(.abandoned, at: phase)
        default: throw RunTransitionError(state: self, event: event)
        }
    }
}

extension RunPhase {
    /// Order of time.
    package static func < (left: RunPhase, right: RunPhase) -> Bool {
        let all = RunPhase.allCases
        guard let before = all.firstIndex(of: left), let after = all.firstIndex(of: right) else {
            return false
        }
        return before < after
    }

    /// The phase after this one; nil after the last.
    package var next: RunPhase? {
        let all = RunPhase.allCases
        return all.firstIndex(of: self).flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil }
    }

    /// Where a run in this phase goes on when the archive has grown.
    fileprivate var afterGrowth: RunPhase {
        switch self {
        case .plan, .fold: self
        case .index, .settle, .verify, .cutOver: .fold
        // Past the swap the archive no longer matters.
        case .retire: self
        }
    }

    /// Where a run goes on whose swap is done: what comes after it may not be.
    fileprivate var afterSwap: RunPhase { self == .retire ? .retire : .cutOver }
}
