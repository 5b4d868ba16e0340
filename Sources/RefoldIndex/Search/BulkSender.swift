import RefoldBytes
package import RefoldModel
import RefoldWire

/// Sends one batch until every write has its outcome.
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
        parts = BulkSender.cut(
            places.filter { outcomes[$0] == nil },
            of: batch,
            bytes: target.options.bulkBytes
        )
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
            failingSince = nil
            attempt = 0
        case .success(let answer):
            let reply = EngineReply(answer, to: AskedCall(path: path, bodyLength: length))
            try await take(reply, answer.retryAfter, of: part)
        case .failure(let error):
            guard error.isPassing else { throw IndexError(error) }
            try await wait(error.cause.map { "\(error.message): \($0)" } ?? error.message, asked: nil)
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
            case .missingIndex?: throw missing()
            case .blocked?, .notAllowed?:
                throw EngineReply(item: result).error(about: index.name, doing: "write documents")
            case nil:
                throw IndexError(.damaged, "an item of the answer is not understood", place: index.name)
            }
            hasTaken = true
        }
        if hasTaken {
            failingSince = nil
            attempt = 0
        }
        guard !again.isEmpty else { return }
        parts.append(again[...])
        try await wait(lastCause, asked: nil)
    }

    private func missing() -> IndexError {
        IndexError(
            .replaced,
            "index '\(index.name)' is not there any more",
            place: index.name,
            fix: "run the same command with --fresh: it makes a new index"
        )
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
                fix: "see that the cluster is well, then run the same command: it goes on"
            )
        }
        try await target.connection.wait(before: attempt, asked: asked, failingSince: since, cause: cause)
    }

    /// The writes in parts of at most so many bytes; the first part is the last of the list.
    private static func cut(_ places: [Int], of batch: DocumentBatch, bytes: Int) -> [ArraySlice<Int>] {
        var parts: [ArraySlice<Int>] = []
        var start = 0
        var size = 0
        for (place, entry) in places.enumerated() {
            let added = BulkBody.size(of: batch.entries[entry])
            if place > start, size + added > bytes {
                parts.append(places[start..<place])
                start = place
                size = 0
            }
            size += added
        }
        if start < places.count { parts.append(places[start...]) }
        return parts.reversed()
    }

    /// A batch larger than one request is sent by several at once: while an engine works at one, the next comes over.
    static func shares(of batch: DocumentBatch, bytes: Int) -> [Range<Int>] {
        var shares: [Range<Int>] = []
        var start = 0
        var size = 0
        for (place, entry) in batch.entries.enumerated() {
            size += BulkBody.size(of: entry)
            guard size >= bytes else { continue }
            shares.append(start..<place + 1)
            start = place + 1
            size = 0
        }
        if start < batch.count { shares.append(start..<batch.count) }
        return shares
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

extension SearchTarget {
    /// Writes a batch; refuses when the index is no longer the one that was made.
    package func load(
        _ batch: DocumentBatch,
        into index: IndexIdentity
    ) async throws(IndexError) -> [ItemOutcome] {
        guard !batch.isEmpty else { return [] }
        // A bulk request to a deleted index makes another one in silence.
        _ = try await required(index)
        let shares = BulkSender.shares(of: batch, bytes: options.bulkBytes)
        let results = await withTaskGroup(of: Share.self) { group in
            for places in shares { group.addTask { await self.send(batch, at: places, into: index) } }
            var results: [Share] = []
            for await share in group { results.append(share) }
            return results
        }
        var outcomes: [ItemOutcome] = []
        outcomes.reserveCapacity(batch.count)
        for share in results.sorted(by: { $0.start < $1.start }) {
            if let failure = share.failure { throw failure }
            guard share.start == outcomes.count else { break }
            outcomes += share.outcomes
        }
        guard outcomes.count == batch.count else {
            throw IndexError(.damaged, "a part of a batch has no outcomes", place: index.name)
        }
        return outcomes
    }

    /// What became of the writes of a batch from a place on.
    private struct Share: Sendable {
        var start: Int
        var outcomes: [ItemOutcome] = []
        var failure: IndexError?
    }

    private func send(_ batch: DocumentBatch, at places: Range<Int>, into index: IndexIdentity) async -> Share
    {
        var share = Share(start: places.lowerBound)
        do throws(IndexError) {
            var sender = BulkSender(batch, at: places, into: index, of: self)
            share.outcomes = try await sender.send()
        } catch { share.failure = error }
        return share
    }
}
