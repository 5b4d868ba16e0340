import RefoldModel

extension RejectWord {
    /// What the word says, for the person who reads `rejects list`.
    package var meaning: String {
        switch self {
        case .badUTF8: "the line is not UTF-8"
        case .badJSON: "the line is not one JSON object"
        case .badDynamo: "DynamoDB's typed JSON is malformed"
        case .noImage: "an incremental export's line has no new image"
        case .noHeader: "the line is none of the known envelopes"
        case .badHeader: "a part of the event's header is missing or ill-typed"
        case .unknownChangeType: "the change type is none of the known ones"
        case .noTimestamp: "the event has no usable time"
        case .badRecordID: "a record id has a wrong length"
        case .noKey: "the event has no key where `events` says"
        case .noType: "the event has no type where `events` says"
        case .noPosition: "the event has no position where `events` says"
        case .upcastCollision: "an upcaster renames onto a field that the event names"
        case .upcastFailed: "an upcaster written in Swift threw"
        case .unknownType: "`apply` does not name the event's type"
        case .aggregateRefused: "an aggregate written in Swift threw"
        case .aggregateTooLarge: "one aggregate's history is larger than `aggregate.maxBytes`"
        case .foldType: "an ordered fold met a value of the wrong type"
        case .foldOverflow: "an ordered fold's integer left its range"
        case .fieldConversion: "a field's value is not of the `type` that the document asks for"
        case .unmappedValue: "`map` does not name a field's value, and `unmapped` is reject"
        case .lookupMissing: "a lookup found nothing, and `missing` is reject"
        case .mappingRefused: "the index's mapping refuses the document"
        case .idTooLong: "the document's id is longer than 512 bytes"
        case .documentTooLarge: "the document is too large for one request"
        case .notInArchive: "the archive has no event of an id that was chosen"
        }
    }
}

extension VerbDeclaration.Glossary {
    /// Every reason why something is set aside.
    package static let rejectWords = VerbDeclaration.Glossary(
        title: "reject words",
        entries: RejectWord.allCases.map { .init(word: $0.rawValue, meaning: $0.meaning) }
    )
}
