/// Why a line, an event or a document was set aside: the fixed words of the report.
///
/// Source: FOLD R10, MANIFESTS "Rejects".
public enum RejectWord: String, Sendable, Hashable, CaseIterable {
    /// The line is not UTF-8.
    case badUTF8 = "bad_utf8"
    /// The line is not one JSON object.
    case badJSON = "bad_json"
    /// A DynamoDB value is none of the known kinds.
    case badDynamo = "bad_dynamo"
    /// An incremental export's line has no new image.
    case noImage = "no_image"
    /// No envelope was recognised.
    case noHeader = "no_header"
    /// The header lacks a part or has it ill-typed.
    case badHeader = "bad_header"
    /// The change type is none of the known ten.
    case unknownChangeType = "unknown_change_type"
    /// The event's time is missing or ill-typed.
    case noTimestamp = "no_timestamp"
    /// A record id has neither 15 nor 18 bytes.
    case badRecordID = "bad_record_id"
    /// The event's entity or id is missing or ill-typed; for CloudEvents its `source` or `id` too.
    case noKey = "no_key"
    /// The event's type is missing or ill-typed.
    case noType = "no_type"
    /// The event's position is missing or no integer 0…2⁶³−1.
    case noPosition = "no_position"

    /// A field was to be renamed onto one that the event names.
    case upcastCollision = "upcast_collision"
    /// A Swift upcaster threw.
    case upcastFailed = "upcast_failed"
    /// An ordered fold does not name the event's type.
    case unknownType = "unknown_type"
    /// A Swift aggregate threw.
    case aggregateRefused = "aggregate_refused"
    /// One aggregate's history is larger than `aggregate.maxBytes`.
    case aggregateTooLarge = "aggregate_too_large"
    /// A verb met a value that it cannot work on.
    case foldType = "fold_type"
    /// A sum left the range that it can be written in.
    case foldOverflow = "fold_overflow"

    /// A value did not convert to the field's type.
    case fieldConversion = "field_conversion"
    /// `map` does not name a value, and `unmapped` is `reject`.
    case unmappedValue = "unmapped_value"
    /// A lookup found nothing, and `missing` is `reject`.
    case lookupMissing = "lookup_missing"
    /// The index's mapping refused the document.
    case mappingRefused = "mapping_refused"
    /// The document's id has more than 512 bytes.
    case idTooLong = "id_too_long"
    /// The document is larger than a target takes.
    case documentTooLarge = "document_too_large"
    /// A chosen aggregate has no event in the archive.
    case notInArchive = "not_in_archive"
}

/// An event that one read model sets aside; it changes nothing there.
package struct EventReject: Error, Sendable, Hashable {
    /// The word.
    package var why: RejectWord
    /// A sentence that names field, type or upcaster, and no value.
    package var detail: String

    /// Both parts.
    package init(_ why: RejectWord, _ detail: String) {
        self.why = why
        self.detail = detail
    }
}
