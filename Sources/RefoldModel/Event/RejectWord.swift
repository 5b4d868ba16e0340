/// Why a line, an event or a document was set aside.
///
/// Source: FOLD R10 (reading), MANIFESTS "Rejects" (the others).
public enum RejectWord: String, Error, Sendable, Hashable, CaseIterable {
    /// The line is not UTF-8.
    case badUTF8 = "bad_utf8"
    /// The line is not one JSON object.
    case badJSON = "bad_json"
    /// DynamoDB's typed JSON is malformed.
    case badDynamo = "bad_dynamo"
    /// An incremental export's line without a new image.
    case noImage = "no_image"
    /// None of the known envelopes.
    case noHeader = "no_header"
    /// A header whose parts are missing or ill-typed.
    case badHeader = "bad_header"
    /// A change type that is none of the known ten.
    case unknownChangeType = "unknown_change_type"
    /// No usable time.
    case noTimestamp = "no_timestamp"
    /// A record id of a wrong length.
    case badRecordID = "bad_record_id"
    /// A generic event without key.
    case noKey = "no_key"
    /// A generic event without type.
    case noType = "no_type"
    /// A generic event without position.
    case noPosition = "no_position"
    /// A rename onto a field that the event names.
    case upcastCollision = "upcast_collision"
    /// An upcaster written in Swift threw.
    case upcastFailed = "upcast_failed"
    /// An event type that the fold does not name.
    case unknownType = "unknown_type"
    /// An aggregate written in Swift threw.
    case aggregateRefused = "aggregate_refused"
    /// An aggregate's history is larger than `maxBytes`.
    case aggregateTooLarge = "aggregate_too_large"
    /// An ordered fold met a value of the wrong type.
    case foldType = "fold_type"
    /// An ordered fold's integer left its range.
    case foldOverflow = "fold_overflow"
    /// A field's value does not convert.
    case fieldConversion = "field_conversion"
    /// A value that `map` does not name.
    case unmappedValue = "unmapped_value"
    /// A lookup found nothing.
    case lookupMissing = "lookup_missing"
    /// The mapping refuses the document.
    case mappingRefused = "mapping_refused"
    /// An id over 512 bytes.
    case idTooLong = "id_too_long"
    /// A document that is too large for one request.
    case documentTooLarge = "document_too_large"
    /// A chosen id that the archive lacks.
    case notInArchive = "not_in_archive"
}
