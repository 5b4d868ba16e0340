package import RefoldBytes

/// One decoded change event, in buffers that the reader fills again for the next.
///
/// An event of several records is one of these: the records differ in their ids alone.
package struct SalesforceEvent {
    /// The entity.
    package internal(set) var entity: ByteString = ""
    /// The entity's number in the reader's ``NameTable``.
    package internal(set) var entityNumber: UInt32 = 0
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
    /// The record ids as they came, one behind the other.
    var recordIDText: [UInt8] = []
    /// Where each record id ends in ``recordIDText``.
    var recordIDEnds: [Int] = []
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
        recordIDText.removeAll(keepingCapacity: true)
        recordIDEnds.removeAll(keepingCapacity: true)
        leaves.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}

/// The records of an event.
extension SalesforceEvent {
    /// The number of records.
    package var recordCount: Int { recordIDEnds.count }

    /// A record id as it came.
    package func recordID(_ record: Int) -> ByteString {
        ByteString(copying: recordIDText.span, in: recordIDRange(record))
    }

    func recordIDRange(_ record: Int) -> Range<Int> {
        (record == 0 ? 0 : recordIDEnds[record - 1])..<recordIDEnds[record]
    }

    mutating func appendRecordID(_ node: JSONNode, in text: Span<UInt8>) {
        if node.isEscaped {
            JSONText.appendUnescaped(raw: text.extracting(node.range), to: &recordIDText)
        } else {
            recordIDText.append(contentsOf: text, in: node.range)
        }
        recordIDEnds.append(recordIDText.count)
    }

    /// What a record id names.
    package func target(of record: Int) -> RecordTarget {
        RecordTarget(recordIDText.span.extracting(recordIDRange(record)), kind: kind)
    }

    /// The 18-character id of a record that names an aggregate.
    package func aggregateID(_ record: Int) -> ByteString {
        var id: [UInt8] = []
        appendAggregateID(record, to: &id)
        return ByteString(id)
    }

    /// Appends the 18-character id of a record that names an aggregate.
    package func appendAggregateID(_ record: Int, to output: inout [UInt8]) {
        let range = recordIDRange(record)
        output.append(contentsOf: recordIDText.span, in: range)
        if range.count == 15 {
            output.append(contentsOf: RecordTarget.suffix(of: recordIDText.span.extracting(range)))
        }
    }
}

/// What a record id of an event names (FOLD R10–R12).
package enum RecordTarget: Sendable, Equatable {
    /// One aggregate.
    case aggregate
    /// Every record of the entity may be stale.
    case entityMark
    /// No id.
    case reject

    /// Judges a record id.
    package init(_ id: Span<UInt8>, kind: ChangeKind) {
        if kind == .gapOverflow || !id.isEmpty && id[id.count - 1] == UInt8(ascii: "*") || Self.isZero(id) {
            self = .entityMark
        } else if id.count == 18 || id.count == 15 {
            self = .aggregate
        } else {
            self = .reject
        }
    }

    /// The 18-character form of an id of 15 or 18 characters.
    package static func fullID(_ id: ByteString) -> ByteString {
        id.count == 15 ? ByteString(id.bytes + suffix(of: id.bytes.span)) : id
    }

    /// `000000000000000`, or the same with its suffix `AAA`.
    private static func isZero(_ id: Span<UInt8>) -> Bool {
        guard id.count == 15 || id.count == 18 else { return false }
        for place in 0..<15 where id[place] != UInt8(ascii: "0") { return false }
        for place in 15..<max(15, id.count) where id[place] != UInt8(ascii: "A") { return false }
        return true
    }

    /// The three characters that tell which letters of a 15-character id are capitals.
    fileprivate static func suffix(of id: Span<UInt8>) -> [UInt8] {
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
