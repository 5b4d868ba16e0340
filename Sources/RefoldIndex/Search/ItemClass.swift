package import RefoldBytes

/// How a client must take one item of a bulk answer.
package enum ItemClass: String, Sendable, CaseIterable {
    /// Written.
    case written
    /// Deleted.
    case deleted
    /// A delete found nothing.
    case absent
    /// There is no such index.
    case missingIndex = "missing_index"
    /// A newer version stands.
    case superseded
    /// A block forbids it.
    case blocked
    /// Not the right to.
    case notAllowed = "not_allowed"
    /// Later, perhaps.
    case busy
    /// This document is refused, for ever.
    case reject

    /// The class of an item; `error` is its `error` member's holder.
    package init(isDeletion: Bool, status: Int, fault: EngineFault, hasError: Bool) {
        switch status {
        case 200..<300: self = isDeletion ? .deleted : .written
        case _ where fault.type == "index_closed_exception": self = .blocked
        case 404: self = isDeletion && !hasError ? .absent : .missingIndex
        case 409: self = .superseded
        case 403: self = fault.isBlock ? .blocked : .notAllowed
        case 429: self = fault.isBlock ? .blocked : .busy
        // A fault of the engine, 500 too (an index shard that closes, a full translog), says nothing about the document.
        case 500...: self = .busy
        default: self = .reject
        }
    }

    /// The class of one element of `items`: `{"index": {"status": …, "error": …}}`.
    package init?(item: JSONValue) {
        guard let member = item.asObject?.members.first, let status = member.value["status"]?.asInt64 else {
            return nil
        }
        self.init(
            isDeletion: member.name == "delete",
            status: Int(status),
            fault: EngineFault(member.value),
            hasError: member.value["error"] != nil
        )
    }
}
