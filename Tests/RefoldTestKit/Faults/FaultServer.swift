import Foundation
import Synchronization

/// An HTTP server on loopback that does what a rule says: answers, forwards to another server, or fails.
///
/// Isolation: a value to be used from any task; every connection has a thread of its own, and a rule runs there.
/// Determinism: a rule is asked once a request, after the whole request has come, in the order of `Log.requests`.
public final class FaultServer: Sendable {
    /// What has happened so far.
    public struct Log: Sendable {
        /// All requests, in the order in which they came in whole.
        public var requests: [Request] = []
        /// Connections accepted.
        public var connections = 0
        /// Connections that the client closed while its request was open: it gave up.
        public var hangUps = 0
    }
    private struct Waiter {
        var condition: @Sendable (Log) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }
    private struct State {
        var log = Log()
        var calls: [String: Int] = [:]
        var open: Set<Int32> = []
        var isClosed = false
        var waiters: [Waiter] = []
    }

    /// The address, without a slash at its end.
    public let url: String
    /// The port.
    public let port: UInt16
    private let listener: Int32
    private let upstream: Upstream?
    private let rule: @Sendable (Request) -> Reaction
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    /// Starts it, on a free port; with an upstream (`http://HOST:PORT`), `.pass` forwards there.
    ///
    /// The rule can be left out where everything shall pass.
    public init(
        upstream: String? = nil,
        rule: @escaping @Sendable (Request) -> Reaction = { _ in .pass }
    ) throws {
        self.upstream = try upstream.map { try Upstream($0) }
        self.rule = rule
        (listener, port) = try Socket.listen()
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [self] in accept() }
    }

    /// What has happened so far.
    public var log: Log { state.withLock { $0.log } }

    /// All requests so far.
    public var requests: [Request] { log.requests }

    /// Returns once the log is as the condition wants it; the test's time limit bounds the wait.
    public func wait(until condition: @escaping @Sendable (Log) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isMet = state.withLock { state in
                guard !condition(state.log) else { return true }
                state.waiters.append(Waiter(condition: condition, continuation: continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }

    /// Stops listening and breaks all connections; when it returns, the port refuses.
    public func close() {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            for descriptor in state.open { Socket.shutDown(descriptor) }
            return !state.isClosed
        }
        guard isFirst else { return }
        Socket.shutDown(listener)
        ended.wait()
    }

    deinit { Socket.close(listener) }

    private func change(_ body: (inout State) -> Void) {
        let met = state.withLock { state in
            body(&state)
            let met = state.waiters.filter { $0.condition(state.log) }
            state.waiters.removeAll { $0.condition(state.log) }
            return met
        }
        for waiter in met { waiter.continuation.resume() }
    }

    private func accept() {
        while let descriptor = Socket.accept(listener) {
            var isTaken = false
            var number = 0
            change { state in
                guard !state.isClosed else { return }
                isTaken = true
                state.open.insert(descriptor)
                state.log.connections += 1
                number = state.log.connections
            }
            guard isTaken else {
                Socket.close(descriptor)
                break
            }
            Thread.detachNewThread { [self, number] in
                serve(descriptor, number)
                // Out of the set first: the number may be given to another file as soon as it is free.
                change { $0.open.remove(descriptor) }
                Socket.close(descriptor)
            }
        }
        ended.signal()
    }

    /// One connection, until it ends; a broken one ends quietly: the log tells what came.
    private func serve(_ descriptor: Int32, _ connection: Int) {
        var reader = MessageReader(descriptor)
        while let message = try? reader.request() {
            let request = noted(message, connection)
            guard react(rule(request), to: request, on: descriptor), !request.wantsClose else { return }
        }
    }

    private func noted(_ message: MessageReader.RequestMessage, _ connection: Int) -> Request {
        var request = Request(message, connection: connection)
        change { state in
            let kind = "\(request.method) \(request.path.prefix { $0 != "?" })"
            state.calls[kind, default: 0] += 1
            request.call = state.calls[kind, default: 0]
            request.number = state.log.requests.count + 1
            state.log.requests.append(request)
        }
        return request
    }

    /// Does it; false when the connection is over.
    private func react(_ reaction: Reaction, to request: Request, on descriptor: Int32) -> Bool {
        switch reaction {
        case .pass: return Socket.send(reply(to: request).bytes(for: request), to: descriptor)
        case .answer(let answer): return Socket.send(answer.bytes(for: request), to: descriptor)
        case .raw(let bytes):
            _ = Socket.send(bytes, to: descriptor)
            return false
        case .dropReply:
            _ = reply(to: request)
            return false
        case .resetBefore:
            Socket.armReset(descriptor)
            return false
        case .resetAfterRequest:
            _ = reply(to: request)
            Socket.armReset(descriptor)
            return false
        case .cutReply(let bytes, let answer):
            let whole = answer ?? reply(to: request)
            _ = Socket.send(whole.bytes(for: request, cutAfter: bytes), to: descriptor)
            return false
        case .delay(let duration, let next):
            guard awaitHangUp(descriptor, atMost: duration) else { return false }
            return react(next, to: request, on: descriptor)
        case .hang:
            return awaitHangUp(descriptor, atMost: nil)
        }
    }

    private func reply(to request: Request) -> Answer {
        guard let upstream else { return Answer() }
        do { return try upstream.exchange(request) } catch {
            return Answer(status: 502, contentType: "text/plain", body: "the upstream failed: \(error)")
        }
    }

    /// Waits for the time to pass; false when the connection ended before.
    private func awaitHangUp(_ descriptor: Int32, atMost duration: Duration?) -> Bool {
        guard Socket.awaitEnd(of: descriptor, atMost: duration) else { return true }
        change { state in
            if !state.isClosed { state.log.hangUps += 1 }
        }
        return false
    }
}
