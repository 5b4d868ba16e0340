import Synchronization

/// What goes to stderr: remarks, progress, failures.
///
/// A stderr that cannot be written never changes how a command ends: there is nobody left to tell.
/// Isolation: a lock owns the state, so that a remark never lands inside the progress line.
package final class Diagnostics: Sendable {
    private struct State {
        var showsProgress = false
        var lastProgress: Duration?
        var lastPhase = ""
        var isBroken = false
    }
    private let sink: any OutputSink
    private let showsProgress: Bool
    private let clock: @Sendable () -> Duration
    private let state = Mutex(State())
    /// Whether colours may be used.
    package let isColoured: Bool

    /// Writes to a sink; the clock is monotonic, NO_COLOR and TERM are of the environment.
    package init(
        _ sink: any OutputSink,
        environment: [String: String],
        showsProgress: Bool = true,
        clock: @escaping @Sendable () -> Duration
    ) {
        self.sink = sink
        self.showsProgress = showsProgress
        self.clock = clock
        isColoured =
            sink.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// Writes text that ends its line, after taking a progress line away.
    package func write(_ text: String) {
        state.withLock { state in
            clearProgress(&state)
            put(text, &state)
        }
    }

    /// Writes one line.
    package func line(_ text: String) { write(text + "\n") }

    /// Shows how far a phase has come.
    ///
    /// On a terminal one line that is rewritten, four times a second at most; elsewhere a line at each new phase and
    /// one every half minute.
    package func progress(phase: String, _ text: @autoclosure () -> String) {
        guard showsProgress else { return }
        let now = clock()
        state.withLock { state in
            let pause: Duration = sink.isTerminal ? .milliseconds(250) : .seconds(30)
            if state.lastPhase == phase, let last = state.lastProgress, now - last < pause { return }
            state.lastPhase = phase
            state.lastProgress = now
            guard sink.isTerminal else { return put(text() + "\n", &state) }
            put("\r\u{1B}[2K" + text().prefix(max(1, sink.columns - 1)), &state)
            state.showsProgress = true
        }
    }

    /// Says what a phase did, in a line that stays.
    package func endPhase(_ text: String) {
        guard showsProgress else { return }
        state.withLock { state in
            clearProgress(&state)
            // A phase of the same name begins anew.
            state.lastPhase = ""
            put(text + "\n", &state)
        }
    }

    /// Takes a progress line away.
    package func endProgress() { state.withLock { clearProgress(&$0) } }

    private func clearProgress(_ state: inout State) {
        guard state.showsProgress else { return }
        put("\r\u{1B}[2K", &state)
        state.showsProgress = false
    }

    private func put(_ text: String, _ state: inout State) {
        guard !state.isBroken else { return }
        do {
            try sink.write(text)
            try sink.flush()
        } catch { state.isBroken = true }
    }
}
