import RefoldModel
import Synchronization

/// Counts the rejects of a run over all shards and ends it when `rejects.abortAt` is passed.
///
/// Isolation: any shard's task counts; one atomic number.
final class RejectLimit: Sendable {
    private let count: Atomic<Int>
    private let abortAt: Int

    /// Begins with what was set aside before.
    init(abortAt: Int, counted: Int) {
        self.abortAt = abortAt
        count = Atomic(counted)
    }

    /// Counts one more.
    ///
    /// Throws `pipeline.too_many_rejects`.
    func add(why: String, readModel: String) throws(PipelineError) {
        let (_, sum) = count.wrappingAdd(1, ordering: .relaxed)
        guard sum > abortAt else { return }
        throw PipelineError.tooManyRejects(abortAt: abortAt, cause: "the last one, of \(readModel): \(why)")
    }
}

extension PipelineError {
    /// What ends a run at `rejects.abortAt`.
    static func tooManyRejects(abortAt: Int, cause: String? = nil) -> PipelineError {
        PipelineError(
            .tooManyRejects,
            "more than \(abortAt) lines, events or documents are rejects",
            cause: cause,
            fix: "mend what makes them (`events.format` first), accept them, or raise rejects.abortAt"
        )
    }
}
