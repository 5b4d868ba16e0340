import RefoldBytes
import RefoldWire

/// One engine's REST interface: sends, classes the answer, and repeats what may pass inside a budget.
///
/// A request whose effect must not happen twice unasked is sent once: lost, it is an error that says so.
struct SearchConnection: Sendable {
    let client: WireClient
    var budget: RetryBudget
    /// Whether the run shall stop; asked while waiting.
    let isStopping: @Sendable () -> Bool
    /// Told of what is waited for, so that nobody wonders.
    let remark: @Sendable (String) -> Void

    /// Whether a request whose answer was lost may be sent again.
    enum Repetition {
        /// It changes nothing then.
        case free
        /// The caller begins anew; what libcurl repeats on a connection that had closed is told by the count at the end.
        case byCaller
        /// Its effect must not happen twice unasked: it gets a connection of its own, so that not even libcurl repeats it.
        case never
    }

    /// One call, its answer whatever its class but `busy` and what never comes.
    func call(
        _ method: WireRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        deadline: Duration = .seconds(60),
        comparesAliases: Bool = false,
        repetition: Repetition = .free
    ) async throws(IndexError) -> EngineReply {
        let bytes = body.map { RequestBody($0.canonical.bytes) }
        let isSentOnce = repetition == .never
        let request = WireRequest(method, path, body: bytes, deadline: deadline, isSentOnce: isSentOnce)
        let call = AskedCall(path: path, bodyLength: bytes?.count ?? 0, comparesAliases: comparesAliases)
        let clock = ContinuousClock()
        let start = clock.now
        var attempt = 0
        while true {
            attempt += 1
            let cause: String
            var asked: Duration?
            switch await attempted(request) {
            case .success(let answer):
                let reply = EngineReply(answer, to: call)
                // Behind a proxy, 502 and 504 leave open what became of the request.
                let isOpen = isSentOnce && (reply.status == 502 || reply.status == 504)
                if isOpen { throw .lost(path, cause: "status \(reply.status)", at: client.endpoint) }
                guard reply.answerClass == .busy else { return reply }
                cause = reply.words
                asked = answer.retryAfter
            case .failure(let error):
                if repetition != .free, error.progress == .unanswered {
                    throw .lost(path, cause: error.description, at: client.endpoint)
                }
                guard error.isPassing else { throw IndexError(error) }
                cause = error.words
            }
            guard clock.now - start < budget.limit else {
                throw IndexError(
                    .unavailable,
                    "the engine did not take a request within \(budget.limit.words)",
                    place: client.endpoint.address,
                    cause: cause,
                    fix: IndexError.clusterFix
                )
            }
            try await wait(before: attempt, asked: asked, failingSince: start, cause: cause)
        }
    }

    /// One try, ended when the run shall stop.
    func attempted(_ request: WireRequest) async -> Result<WireAnswer, WireError> {
        await withTaskGroup(of: Result<WireAnswer, WireError>?.self) { group in
            group.addTask {
                do throws(WireError) { return .success(try await client.send(request)) } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // What must not be left open is waited for.
                while !request.isSentOnce, !isStopping() {
                    do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
                }
                return nil
            }
            var result: Result<WireAnswer, WireError>?
            while result == nil, let one = await group.next() {
                if let one { result = one } else if !request.isSentOnce { group.cancelAll() }
            }
            group.cancelAll()
            return result ?? .failure(WireError(.cancelled, "the request was cancelled"))
        }
    }

    /// Waits before the next try; from the third on it says now and then why.
    func wait(
        before attempt: Int,
        asked: Duration?,
        failingSince start: ContinuousClock.Instant,
        cause: String
    ) async throws(IndexError) {
        if attempt == 3 || attempt > 5 && attempt.isMultiple(of: 5) {
            let passed = Duration.seconds((ContinuousClock().now - start).components.seconds)
            remark(
                "\(client.endpoint.address) puts requests off, for \(passed.words) of at most \(budget.limit.words): \(cause)"
            )
        }
        try await pause(budget.wait(before: attempt, asked: asked))
    }

    /// Waits, and throws `index.interrupted` when the run shall stop.
    func pause(_ duration: Duration) async throws(IndexError) {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while true {
            if isStopping() || Task.isCancelled { throw .interrupted }
            let left = end - clock.now
            guard left > .zero else { return }
            do { try await Task.sleep(for: min(left, .milliseconds(100))) } catch { throw .interrupted }
        }
    }
}

extension Duration {
    /// `5 min` or `20 s`.
    var words: String {
        let seconds = components.seconds
        return seconds >= 120 && seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
