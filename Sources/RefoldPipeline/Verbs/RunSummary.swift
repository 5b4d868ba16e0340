/// One line of `runs`.
package struct RunSummary: Sendable, Hashable {
    /// The run.
    package var run: String
    /// The job.
    package var job: String
    /// When it began, ISO 8601 UTC.
    package var startedAt: String
    /// Milliseconds of work; nil: it has not ended, or only the target knows it.
    package var tookMilliseconds: Int64?
    /// Milliseconds from its begin to its end, pauses included; nil: it has not ended, or only the target knows it.
    package var elapsedMilliseconds: Int64?
    /// Outcome, or the phase it is in; for a run that only the target knows, its index's state.
    package var state: String
    /// Whether it is at work; nil: it ended.
    package var activity: RunActivity?
    /// The command that goes on with it; nil: it is at work, or done with, or unknown.
    package var resume: String?
    /// The exit status of its last end.
    package var exit: Int?
    /// Its indices that exist or were to be made.
    package var indices: [String]
    /// Aliases that point at one of them now.
    package var served: [String]
    /// Aliases that they were made for and that point elsewhere now, or are not there.
    package var notServed: [String]

    /// Damaged frames that it left out, one sentence each.
    package var salvage: [String] = []
    /// What became of it, once it has swapped and serves nobody any more.
    package var standing: RunStanding?

    /// Whether every alias points at its indices now.
    package var isServing: Bool { !served.isEmpty && notServed.isEmpty }
}

/// Whether an unfinished run is at work, as far as it can be known here.
package enum RunActivity: Sendable, Hashable {
    /// A process of this machine holds its locks; what that one says of itself.
    case running(String)
    /// No process of this machine does: it was killed.
    case interrupted
    /// It may be at work on another machine.
    case unknown
}
