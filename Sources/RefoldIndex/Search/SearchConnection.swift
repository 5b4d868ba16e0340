import RefoldBytes
import RefoldWire

/// What an engine answered, classed.
struct EngineReply: Sendable {
    /// The class.
    var answerClass: AnswerClass
    /// The status.
    var status: Int
    /// The body.
    var body: [UInt8]
    /// The body as JSON; nil when it is none.
    var json: JSONValue?

    /// The error in it.
    var fault: EngineFault { EngineFault(json) }
}

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
                cause = error.cause.map { "\(error.message): \($0)" } ?? error.message
            }
            guard clock.now - start < budget.limit else {
                throw IndexError(
                    .unavailable,
                    "the engine did not take a request within \(budget.limit.words)",
                    place: client.endpoint.address,
                    cause: cause,
                    fix: "see that the cluster is well, then run the same command: it goes on"
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

extension EngineReply {
    init(_ answer: WireAnswer, to call: AskedCall) {
        status = answer.status
        body = answer.body
        json = try? JSONValue(parsing: ByteString(answer.body))
        answerClass = AnswerClass(to: call, status: answer.status, reply: json)
    }

    /// Status, type and reason: for definitions and the like, never for documents.
    var words: String {
        guard let type = fault.type else {
            let text = fault.reason ?? String(decoding: body.prefix(200), as: UTF8.self)
            return text.isEmpty ? "status \(status)" : "status \(status): \(text)"
        }
        return "\(type): \(fault.reason ?? "status \(status)")"
    }

    /// Goes on when the call had its effect or answered; else throws what stands against it.
    func expect(_ wanted: AnswerClass..., about place: String, doing what: String) throws(IndexError) {
        guard !wanted.contains(answerClass) else { return }
        throw error(about: place, doing: what)
    }

    /// The error of an answer that was not wanted.
    func error(about place: String, doing what: String) -> IndexError {
        switch answerClass {
        case .blocked:
            return IndexError(
                .full,
                "a block forbids to \(what)",
                place: place,
                cause: words,
                fix:
                    "make room on the cluster's disks, or lift the block; then run the same command: it goes on"
            )
        case .notAllowed:
            return IndexError(
                .notPermitted,
                status == 401
                    ? "the engine does not know these credentials" : "the engine does not permit to \(what)",
                place: place,
                cause: words,
                fix: status == 401
                    ? "check auth of the target, and the secrets that it names"
                    : "give the user that right on the alias's indices, `ALIAS*`"
            )
        case .unhealthy:
            return IndexError(
                .unavailable,
                "index shards are missing: to \(what) would not tell the truth",
                place: place,
                cause: words,
                fix: "wait until the index's primaries are back, then run the same command: it goes on"
            )
        case .exists: return IndexError(.exists, "it is there already", place: place, cause: words)
        case .missing:
            return IndexError(
                .replaced,
                "'\(place)' is not there any more",
                place: place,
                cause: words,
                fix: "run the same command with --fresh: it makes a new index"
            )
        case .stale:
            return IndexError(.replaced, "it was changed by someone else", place: place, cause: words)
        case .tooLarge:
            return IndexError(.refused, "the request is too large to \(what)", place: place, cause: words)
        case .refused:
            return IndexError(.refused, "the engine refuses to \(what)", place: place, cause: words)
        case .accepted, .busy:
            return IndexError(
                .unavailable,
                "the engine did not confirm in time to \(what)",
                place: place,
                cause: words,
                fix: "see that the cluster is well, then run the same command: it goes on"
            )
        case .items, .done:
            return IndexError(.damaged, "the answer to \(what) is not understood", place: place, cause: words)
        }
    }
}

extension IndexError {
    /// The run shall stop.
    static var interrupted: IndexError {
        IndexError(.interrupted, "the run was stopped", fix: "run the same command: it resumes")
    }

    /// A request that may have had its effect.
    static func lost(_ path: String, cause: String, at endpoint: WireEndpoint) -> IndexError {
        IndexError(
            .unavailable,
            "the answer to a request was lost",
            place: endpoint.address + path,
            cause: cause,
            fix: "see that the cluster is well, then run the same command: it looks what became of it first"
        )
    }

    /// A request without an answer.
    init(_ error: WireError) {
        let reason: Code =
            switch error.reason {
            case .address: .refused
            case .unreachable, .lost, .tooLong, .fault: .unavailable
            case .tls: .notPermitted
            case .cancelled: .interrupted
            }
        self.init(reason, error.message, place: error.place, cause: error.cause, fix: error.fix)
    }
}

extension Duration {
    /// `5 min` or `20 s`.
    var words: String {
        let seconds = components.seconds
        return seconds >= 120 && seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
