import Dispatch
package import RefoldPipeline
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Turns SIGINT and SIGTERM into a request to stop: the first asks, the second cancels, a third ends the process.
///
/// Isolation: the handlers run on a dispatch queue, never inside a signal handler.
package final class SignalWatch: Sendable {
    /// Owner: the lock around ``State``; it is kept, never used again.
    private struct Source: @unchecked Sendable {
        let source: any DispatchSourceSignal
    }
    private struct State {
        var received: [Int32] = []
        var sources: [Source] = []
        var cancel: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())
    /// What the first signal requests.
    package let stop = StopSignal()

    /// Watches nothing yet.
    package init() {}

    /// The signal that came first, if one came.
    package var first: Int32? { state.withLock { $0.received.first } }

    /// Begins to watch; until then a signal ends the process as it does by default.
    ///
    /// A signal that the parent ignores (a shell's background job) stays ignored.
    package func watch(cancelling cancel: @escaping @Sendable () -> Void) {
        state.withLock { $0.cancel = cancel }
        for number in [SIGINT, SIGTERM] where !isIgnored(number) {
            #if canImport(Darwin)
            // A kernel queue only looks on; elsewhere the source takes the signal itself.
            signal(number, SIG_IGN)
            #endif
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in receive(number) }
            let isRegistered = DispatchSemaphore(value: 0)
            source.setRegistrationHandler { isRegistered.signal() }
            source.resume()
            // A signal that comes before this would be lost or end the process halfway.
            isRegistered.wait()
            state.withLock { $0.sources.append(Source(source: source)) }
        }
    }

    /// Takes one signal, as the handlers do.
    package func receive(_ number: Int32) {
        let (count, cancel) = state.withLock { state in
            state.received.append(number)
            return (state.received.count, state.cancel)
        }
        switch count {
        case 1: stop.request()
        case 2: cancel?()
        default: _exit(128 + number)
        }
    }

    private func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        return action.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
    }
}
