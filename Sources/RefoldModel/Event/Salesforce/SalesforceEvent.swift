package import RefoldBytes

/// One decoded change event, in buffers that the reader fills again for the next.
///
/// An event of several records is one of these: the records differ in their ids alone.
package struct SalesforceEvent {
    /// The entity.
    package internal(set) var entity: ByteString = ""
    /// What it did.
    package internal(set) var kind: ChangeKind = .update
    /// Milliseconds since 1970.
    package internal(set) var commitTimestamp: Int64 = 0
    /// The system change number.
    package internal(set) var commitNumber: Int64 = 0
    /// The order inside the transaction.
    package internal(set) var sequenceNumber: Int64 = 0
    /// The transaction key; empty when the event has none.
    package internal(set) var transactionKey: ByteString = ""
    /// Only without a transaction key: envelope id, or the hexadecimal SHA-256 of the line (R14).
    package internal(set) var identity: ByteString = ""
    /// The record ids as they came.
    package internal(set) var recordIDs: [ByteString] = []
    /// An UPDATE's name lists could not be decoded (R22).
    package internal(set) var hasBitmapFailure = false
    /// What the event says, sorted by place; `key` is not used.
    var leaves: [Leaf] = []
    /// The values that leaves point at.
    var values: [UInt8] = []

    /// An event to be filled.
    package init() {}

    mutating func clear() {
        hasBitmapFailure = false
        recordIDs.removeAll(keepingCapacity: true)
        leaves.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// What a record id of an event names (FOLD R10–R12).
package enum RecordTarget: Sendable, Equatable {
    /// One aggregate, by its 18-character id.
    case aggregate(id: ByteString)
    /// Every record of the entity may be stale.
    case entityMark
    /// No id.
    case reject

    /// Judges one record id.
    package init(recordID: ByteString, kind: ChangeKind) {
        let bytes = recordID.bytes
        if kind == .gapOverflow || bytes.last == UInt8(ascii: "*") || recordID == "000000000000000AAA"
            || recordID == "000000000000000"
        {
            self = .entityMark
        } else if bytes.count == 18 {
            self = .aggregate(id: recordID)
        } else if bytes.count == 15 {
            self = .aggregate(id: ByteString(bytes + RecordTarget.suffix(of: bytes)))
        } else {
            self = .reject
        }
    }

    /// The three characters that tell which letters of a 15-character id are capitals.
    private static func suffix(of id: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
        return (0..<3).map { group in
            var bits = 0
            for place in 0..<5 where (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(id[group * 5 + place]) {
                bits |= 1 << place
            }
            return alphabet[bits]
        }
    }
}
