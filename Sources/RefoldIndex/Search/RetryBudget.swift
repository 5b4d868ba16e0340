/// How long one request is tried again, and how the waits between grow.
///
/// Source: MANIFESTS, "retry of one request: until 5 minutes of failing, then 13".
package struct RetryBudget: Sendable, Hashable {
    /// How long it may fail in all.
    package var limit: Duration
    /// The first wait.
    package var first: Duration
    /// The longest wait.
    package var longest: Duration

    /// All parts.
    package init(
        limit: Duration = .seconds(300),
        first: Duration = .milliseconds(200),
        longest: Duration = .seconds(10)
    ) {
        self.limit = limit
        self.first = first
        self.longest = longest
    }

    /// The wait before try number `attempt`, from 1: doubled each time, then anything between half of it and all.
    func wait(before attempt: Int, asked: Duration?) -> Duration {
        let doubled = attempt > 16 ? longest : min(longest, first * (1 << max(0, attempt - 1)))
        let jittered = doubled * Double.random(in: 0.5...1)
        return max(jittered, min(asked ?? .zero, .seconds(60)))
    }
}
