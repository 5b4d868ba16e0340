/// How far a phase has come, for people.
package struct ProgressReport: Sendable, Hashable {
    /// The phase.
    package var phase: RunPhase
    /// What it works at: a segment, an index; constant text otherwise.
    package var subject: String
    /// How much is done.
    package var done: Int
    /// How much there is, when known.
    package var total: Int?
    /// What `done` and `total` count: `bytes`, `events`, `documents`, `steps`.
    package var unit: String
    /// Units a second, lately; nil when it is not measured.
    package var rate: Double?
    /// Whether `done` is the number of the step at work, of which nobody knows how far it is: it has no share.
    package var isStep = false
    /// What the phase did, once it is over; nil: it goes on.
    package var outcome: String?

    /// All parts of a phase that goes on.
    package init(
        phase: RunPhase,
        subject: String,
        done: Int,
        total: Int? = nil,
        unit: String,
        rate: Double? = nil
    ) {
        self.phase = phase
        self.subject = subject
        self.done = done
        self.total = total
        self.unit = unit
        self.rate = rate
    }

    /// A step of a phase begins, the first being 1.
    package static func step(
        _ number: Int,
        of total: Int,
        _ unit: String,
        in phase: RunPhase,
        subject: String
    ) -> ProgressReport {
        var report = ProgressReport(phase: phase, subject: subject, done: number, total: total, unit: unit)
        report.isStep = true
        return report
    }

    /// A phase is over.
    package static func ended(_ phase: RunPhase, _ outcome: String) -> ProgressReport {
        var report = ProgressReport(phase: phase, subject: "", done: 0, unit: "")
        report.outcome = outcome
        return report
    }
}

/// Takes progress reports; called from any task, must not block.
package typealias ProgressSink = @Sendable (ProgressReport) -> Void
