import Synchronization

/// A request to stop, set by a signal handler and asked between batches.
///
/// Isolation: any thread may set it; setting is async-signal-safe (one atomic store).
package final class StopSignal: Sendable {
    private let requested = Atomic<Bool>(false)

    /// Not requested.
    package init() {}

    /// Asks the run to stop at the next batch.
    package func request() { requested.store(true, ordering: .relaxed) }

    /// Whether the run shall stop.
    package var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Throws `pipeline.interrupted` when the run shall stop.
    package func check() throws(PipelineError) {
        if isRequested { throw StopSignal.interruption() }
    }

    /// The failure of a run that was asked to stop; `cause` says what stands.
    static func interruption(_ cause: String? = nil) -> PipelineError {
        PipelineError(
            .interrupted,
            "the run was stopped by a signal",
            cause: cause,
            fix: "run the same command: it resumes"
        )
    }
}
