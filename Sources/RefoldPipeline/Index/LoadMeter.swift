import Synchronization

/// Counts aggregates over the shards of one index and reports them.
final class LoadMeter: Sendable {
    private let done = Atomic<Int>(0)
    private let index: String
    private let sink: ProgressSink

    init(index: String, sink: @escaping ProgressSink) {
        self.index = index
        self.sink = sink
    }

    func add(_ count: Int) {
        let (_, sum) = done.wrappingAdd(count, ordering: .relaxed)
        sink(ProgressReport(phase: .index, subject: index, done: sum, unit: "aggregates"))
    }
}
