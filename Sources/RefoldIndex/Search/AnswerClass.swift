package import RefoldBytes

/// How a client must take an engine's answer to a whole request: each answer is in exactly one class.
///
/// Status first, error type second, never a reason's wording but for the numbers of indexing pressure.
/// Source: the recorded exchanges with real nodes and the table beside them (DOMAIN 4.1, 4.6).
package enum AnswerClass: String, Sendable, CaseIterable {
    /// `_bulk` answered 200: each item stands for itself.
    case items
    /// Taken, and perhaps not done yet: read back, more than once.
    case accepted
    /// Index shards are missing: the number in it is not the truth.
    case unhealthy
    /// Done.
    case done
    /// A block forbids it: waiting does not help.
    case blocked
    /// Credentials or rights.
    case notAllowed = "not_allowed"
    /// There already.
    case exists
    /// A compare-and-swap lost.
    case stale
    /// Not there.
    case missing
    /// This request is too large, now and later.
    case tooLarge = "too_large"
    /// Later, perhaps.
    case busy
    /// Wrong, or not understood.
    case refused
}

/// What of a request decides how its answer is taken.
package struct AskedCall: Sendable {
    /// Path and query.
    package var path: String
    /// Bytes of the body.
    package var bodyLength: Int
    /// Whether it is an alias change that says `must_exist`.
    package var comparesAliases: Bool

    /// All parts.
    package init(path: String, bodyLength: Int, comparesAliases: Bool = false) {
        self.path = path
        self.bodyLength = bodyLength
        self.comparesAliases = comparesAliases
    }

    fileprivate var bare: Substring { path.prefix { $0 != "?" } }
    fileprivate var isBulk: Bool { bare == "/_bulk" || bare.hasSuffix("/_bulk") }
    fileprivate var isCreate: Bool { bare.split(separator: "/").contains("_create") }
    fileprivate var counts: Bool {
        let parts = bare.split(separator: "/")
        return parts.contains { ["_search", "_count"].contains($0) }
    }
}

extension AnswerClass {
    /// The class of an answer; `reply` is its body, nil when that is not JSON.
    package init(to call: AskedCall, status: Int, reply: JSONValue?) {
        let error = EngineFault(reply)
        switch status {
        case 200..<300: self = AnswerClass(ofSuccess: status, to: call, reply)
        case 408: self = .unhealthy
        case _ where error.type == "index_closed_exception": self = .blocked
        case 403, 429:
            if error.isBlock {
                self = .blocked
            } else if status == 403 {
                self = .notAllowed
            } else {
                self = error.isOverLimit(bodyLength: call.bodyLength) ? .tooLarge : .busy
            }
        case 401: self = .notAllowed
        case 409: self = call.isCreate ? .exists : .stale
        case 400 where error.type == "resource_already_exists_exception": self = .exists
        case 404:
            self =
                error.type == "aliases_not_found_exception" && call.comparesAliases
                ? .stale : .missing
        case 413: self = .tooLarge
        case 502, 503, 504: self = .busy
        default: self = .refused
        }
    }

    private init(ofSuccess status: Int, to call: AskedCall, _ reply: JSONValue?) {
        if call.isBulk, status == 200 {
            self = .items
            return
        }
        guard status == 200 else {
            self = .done
            return
        }
        let flags: [ByteString] = ["acknowledged", "shards_acknowledged", "completed"]
        if flags.contains(where: { reply?[$0]?.asBool == false }) {
            self = .accepted
            return
        }
        if let object = reply?.asObject, object.count == 1, object["task"] != nil {
            self = .accepted
            return
        }
        if let shards = reply?["_shards"], let successful = shards["successful"]?.asInt64 {
            let total = shards["total"]?.asInt64 ?? successful
            if successful == 0 || call.counts && successful < total {
                self = .unhealthy
                return
            }
        }
        self = .done
    }
}

/// The `error` of a reply, as far as it is looked at.
package struct EngineFault: Sendable {
    /// The type; nil: the reply names none.
    package let type: String?
    /// The reason: for people, and it may hold values of documents.
    package let reason: String?
    private let bytesLimit: Int64?

    /// Reads it from a reply or from a bulk item.
    package init(_ reply: JSONValue?) {
        let error = reply?["error"]
        type = error?["type"]?.asString
        reason = error?["reason"]?.asString ?? error?.asString
        bytesLimit = error?["bytes_limit"]?.asInt64
    }

    /// Whether a block stands against it.
    package var isBlock: Bool {
        type.map { $0.hasSuffix("block_exception") || $0 == "index_closed_exception" } ?? false
    }

    /// Whether a body of that length is refused for ever.
    func isOverLimit(bodyLength: Int) -> Bool {
        if type == "circuit_breaking_exception" { return bytesLimit.map { $0 < bodyLength } ?? false }
        guard let reason, type?.hasSuffix("rejected_execution_exception") == true,
            let wanted = EngineFault.number("coordinating_operation_bytes=", in: reason),
            let limit = EngineFault.number("max_coordinating_and_primary_bytes=", in: reason)
        else { return false }
        return wanted > limit
    }

    private static func number(_ name: String, in text: String) -> Int64? {
        // The longer name ends in the shorter one's letters nowhere, so the first place is the right one.
        guard let place = text.firstRange(of: name) else { return nil }
        return Int64(text[place.upperBound...].prefix { $0.isASCII && $0.isNumber })
    }
}
