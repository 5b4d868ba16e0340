/// One event or document set aside.
package struct Reject: Sendable, Hashable, Codable {
    /// The segment's path within the archive; nil for a document.
    package var segment: String?
    /// The line in the segment, from 1.
    package var line: Int?
    /// Index in `recordIds`, when the reject is one of several records of the line.
    package var record: Int?
    /// `Entity#id`, when it is known.
    package var key: String?
    /// The entity, when the line is an event of which a record id was set aside.
    package var entity: String?
    /// The read model it belongs to; nil: it belongs to the archive and counts once.
    package var readModel: String?
    /// The reason word.
    package var why: String
    /// A sentence without values of the event.
    package var detail: String?
    /// The document's field that is to blame; nil: none, or it is not known.
    package var field: String?
    /// SHA-256 of the line's bytes, lower-case hexadecimal.
    package var sha256: String?
    /// The frame of the segment, from 0.
    package var frame: Int?
    /// Byte offset of the line in the decompressed segment.
    package var offset: Int?
    /// The external version that its document would have had, when it is known.
    package var version: Int64?

    /// A reject of which only the reason is known yet.
    package init(why: String) { self.why = why }
}

/// An event that says something of a whole entity: every record of it may be stale.
package struct EntityMark: Sendable, Hashable, Codable {
    /// The entity.
    package var entity: String
    /// The record id as it came: wildcard or overflow.
    package var recordID: String
    /// The change type.
    package var changeType: String
    /// Milliseconds since 1970.
    package var commitTimestamp: Int64
    /// The transaction's key.
    package var transactionKey: String

    /// All parts.
    package init(
        entity: String,
        recordID: String,
        changeType: String,
        commitTimestamp: Int64,
        transactionKey: String
    ) {
        self.entity = entity
        self.recordID = recordID
        self.changeType = changeType
        self.commitTimestamp = commitTimestamp
        self.transactionKey = transactionKey
    }
}
