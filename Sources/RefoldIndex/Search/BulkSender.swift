import RefoldBytes
import RefoldModel
import RefoldWire

/// Sends a part of a batch that fits into one request, until every write in it has its outcome.
///
/// Only what failed is sent again. A request that is refused as a whole is cut in two until the item stands alone; one
/// that is refused for its size is halved. Repeating is safe: versions are external and `external_gte`.
/// Source: DESIGN, "One bad document never costs its neighbours"; DOMAIN 4.1.
struct BulkSender {
    private let target: SearchTarget
    private let index: IndexIdentity
    private let batch: DocumentBatch
    private let places: Range<Int>
    private var outcomes: [ItemOutcome?]
    /// What is still to be sent, each part as one request.
    private var parts: [ArraySlice<Int>] = []
    /// Since when nothing was taken any more; nil: all goes well.
    private var failingSince: ContinuousClock.Instant?
    private var attempt = 0
    /// Why the last request was not taken.
    private var lastCause = ""

    /// The writes of a batch at these places; what is at others is another sender's.
    init(_ batch: DocumentBatch, at places: Range<Int>, into index: IndexIdentity, of target: SearchTarget) {
        self.places = places
        self.target = target
        self.index = index
        self.batch = batch
        outcomes = [ItemOutcome?](repeating: nil, count: batch.count)
        for place in places { outcomes[place] = batch.refusal(of: batch.entries[place]) }
        let open = places.filter { outcomes[$0] == nil }
        if !open.isEmpty { parts = [open[...]] }
    }

    /// The outcome of each of its writes, in the batch's order.
    mutating func send() async throws(IndexError) -> [ItemOutcome] {
        while let part = parts.popLast() { try await send(part) }
        var all: [ItemOutcome] = []
        all.reserveCapacity(places.count)
        for place in places {
            guard let outcome = outcomes[place] else {
                throw IndexError(.damaged, "a write has no outcome", place: index.name)
            }
            all.append(outcome)
        }
        return all
    }

    private mutating func send(_ part: ArraySlice<Int>) async throws(IndexError) {
        let (body, length) = try BulkBody.make(part, of: batch, isGzip: target.options.compresses)
        let path = target.path(
            index.name,
            "/_bulk?timeout=30s&filter_path=errors,items.*.status,items.*.error"
        )
        let request = WireRequest(
            .post,
            path,
            body: body,
            content: .lines,
            isGzip: target.options.compresses,
            deadline: .seconds(120)
        )
        await target.gate.enter()
        let result = await target.connection.attempted(request)
        await target.gate.leave()
        switch result {
        case .success(let answer) where BulkSender.isAllDone(answer):
            for place in part { outcomes[place] = batch.entries[place].isDeletion ? .deleted : .indexed }
            wasTaken()
        case .success(let answer):
            let reply = EngineReply(answer, to: AskedCall(path: path, bodyLength: length))
            try await take(reply, answer.retryAfter, of: part)
        case .failure(let error):
            guard error.isPassing else { throw IndexError(error) }
            try await wait(error.words, asked: nil)
            parts.append(part)
        }
    }

    /// Nearly every answer: no item failed, so none has to be looked at.
    private static func isAllDone(_ answer: WireAnswer) -> Bool {
        answer.status == 200 && answer.body.starts(with: #"{"errors":false,"#.utf8)
    }

    private mutating func take(
        _ reply: EngineReply,
        _ asked: Duration?,
        of part: ArraySlice<Int>
    ) async throws(IndexError) {
        switch reply.answerClass {
        case .items: try await take(items: reply, of: part)
        case .refused where reply.fault.type == nil:
            // An engine that refuses says why; this came from something before it, and no document is to blame.
            parts.append(part)
            try await wait(reply.words, asked: asked)
        case .tooLarge, .refused:
            guard part.count == 1, let place = part.first else {
                parts += BulkSender.halves(of: part)
                return
            }
            outcomes[place] =
                reply.answerClass == .tooLarge
                ? .rejected(why: "document_too_large", detail: "the engine takes no request as large")
                : .rejected(why: "mapping_refused", detail: reply.fault.type ?? "status \(reply.status)")
        case .busy:
            // Too much at once looks the same as too much in one request: the second time it is sent in halves.
            let isHalved = attempt > 0 && part.count > 1 && reply.status == 429
            parts += isHalved ? BulkSender.halves(of: part) : [part]
            try await wait(reply.words, asked: asked)
        default: throw reply.error(about: index.name, doing: "write documents")
        }
    }

    private mutating func take(items reply: EngineReply, of part: ArraySlice<Int>) async throws(IndexError) {
        guard let items = reply.json?["items"]?.asArray, items.count == part.count else {
            throw IndexError(
                .damaged,
                "the engine answered \(reply.json?["items"]?.asArray?.count ?? 0) items for \(part.count) documents",
                place: index.name
            )
        }
        var again: [Int] = []
        var hasTaken = false
        for (place, item) in zip(part, items) {
            let result = item.asObject?.members.first?.value
            switch ItemClass(item: item) {
            case .written?: outcomes[place] = .indexed
            case .deleted?, .absent?: outcomes[place] = .deleted
            case .superseded?: outcomes[place] = .superseded
            case .reject?:
                let refusal = EngineRefusal(result?["error"])
                outcomes[place] = .rejected(
                    why: "mapping_refused",
                    detail: refusal.detail,
                    field: refusal.field
                )
            case .busy?:
                lastCause = result?["error"]?["type"]?.asString ?? "an item was refused for now"
                again.append(place)
                continue
            case .missingIndex?: throw .gone(index.name)
            case .blocked?, .notAllowed?:
                throw EngineReply(item: result).error(about: index.name, doing: "write documents")
            case nil:
                throw IndexError(.damaged, "an item of the answer is not understood", place: index.name)
            }
            hasTaken = true
        }
        if hasTaken { wasTaken() }
        guard !again.isEmpty else { return }
        parts.append(again[...])
        try await wait(lastCause, asked: nil)
    }

    /// While documents go in, nobody gives up.
    private mutating func wasTaken() {
        failingSince = nil
        attempt = 0
    }

    private mutating func wait(_ cause: String, asked: Duration?) async throws(IndexError) {
        let clock = ContinuousClock()
        let since = failingSince ?? clock.now
        failingSince = since
        attempt += 1
        let budget = target.connection.budget
        guard clock.now - since < budget.limit else {
            throw IndexError(
                .unavailable,
                "the engine took no document within \(budget.limit.words)",
                place: index.name,
                cause: cause,
                fix: IndexError.clusterFix
            )
        }
        try await target.connection.wait(before: attempt, asked: asked, failingSince: since, cause: cause)
    }

    /// A batch in parts of at most so many bytes, each for a request of its own, and of about one size: they are sent at
    /// the same time, and the last to come back is waited for.
    static func cut(_ batch: DocumentBatch, bytes: Int) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        let total = batch.entries.reduce(0) { $0 + BulkBody.size(of: $1) }
        let even = total / ((total + bytes - 1) / bytes)
        var start = 0
        var size = 0
        for (place, entry) in batch.entries.enumerated() {
            let added = BulkBody.size(of: entry)
            if place > start, size >= even || size + added > bytes {
                parts.append(start..<place)
                start = place
                size = 0
            }
            size += added
        }
        if start < batch.count { parts.append(start..<batch.count) }
        return parts
    }

    /// The second half first: parts are taken from the end.
    private static func halves(of part: ArraySlice<Int>) -> [ArraySlice<Int>] {
        let middle = part.startIndex + part.count / 2
        return [part[middle...], part[..<middle]]
    }
}

extension EngineReply {
    /// An item's error as if it were the answer to a request of its own.
    fileprivate init(item: JSONValue?) {
        let status = Int(item?["status"]?.asInt64 ?? 403)
        let json: JSONValue = ["error": item?["error"] ?? .null]
        self.init(
            answerClass: EngineFault(json).isBlock ? .blocked : .notAllowed,
            status: status,
            body: [],
            json: json
        )
    }
}
