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
                fix: IndexError.primariesFix
            )
        case .exists: return IndexError(.exists, "it is there already", place: place, cause: words)
        case .missing:
            return IndexError(
                .replaced,
                "'\(place)' is not there any more",
                place: place,
                cause: words,
                fix: IndexError.freshFix
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
                fix: IndexError.clusterFix
            )
        case .items, .done:
            return IndexError(.damaged, "the answer to \(what) is not understood", place: place, cause: words)
        }
    }
}
