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

    /// All parts.
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
}

/// Takes progress reports; called from any task, must not block.
package typealias ProgressSink = @Sendable (ProgressReport) -> Void
