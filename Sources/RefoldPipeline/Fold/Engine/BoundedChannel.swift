internal import Synchronization

/// Hands values from many senders to many receivers, at most `capacity` of them waiting; senders wait for room.
///
/// Closing wakes everybody: receivers take what is left and then nil, senders are told that nobody will receive.
/// Isolation: one short lock; no value crosses under it but by moving in or out of the queue.
final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State {
        var queue: [Element] = []
        var isClosed = false
        var receivers: [CheckedContinuation<Element?, Never>] = []
        var senders: [(value: Element, continuation: CheckedContinuation<Bool, Never>)] = []
    }
    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Sends a value when there is room; false when the channel is closed.
    func send(_ value: Element) async -> Bool {
        await withCheckedContinuation { continuation in
            let wake: (@Sendable () -> Void)? = state.withLock { state in
                if state.isClosed { return { continuation.resume(returning: false) } }
                if !state.receivers.isEmpty {
                    let receiver = state.receivers.removeFirst()
                    return {
                        receiver.resume(returning: value)
                        continuation.resume(returning: true)
                    }
                }
                if state.queue.count < self.capacity {
                    state.queue.append(value)
                    return { continuation.resume(returning: true) }
                }
                state.senders.append((value, continuation))
                return nil
            }
            wake?()
        }
    }

    /// The next value; nil when the channel is closed and empty.
    func receive() async -> Element? {
        await withCheckedContinuation { continuation in
            let wake: (@Sendable () -> Void)? = state.withLock { state in
                guard !state.queue.isEmpty else {
                    if state.isClosed { return { continuation.resume(returning: nil) } }
                    state.receivers.append(continuation)
                    return nil
                }
                let value = state.queue.removeFirst()
                guard !state.senders.isEmpty else { return { continuation.resume(returning: value) } }
                let sender = state.senders.removeFirst()
                state.queue.append(sender.value)
                return {
                    sender.continuation.resume(returning: true)
                    continuation.resume(returning: value)
                }
            }
            wake?()
        }
    }

    /// No more values come; those in the queue can still be received.
    func close() {
        let wake: @Sendable () -> Void = state.withLock { state in
            state.isClosed = true
            let receivers = state.receivers
            let senders = state.senders.map(\.continuation)
            state.receivers = []
            state.senders = []
            return {
                for receiver in receivers { receiver.resume(returning: nil) }
                for sender in senders { sender.resume(returning: false) }
            }
        }
        wake()
    }
}
