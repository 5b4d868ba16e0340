internal import RefoldBytes
internal import RefoldModel

/// `events`: how lines become events.
enum EventShapes {
    private struct Draft: Sendable {
        var format = ""
        var entity: EntitySource?
        var id: FieldPath?
        var position: FieldPath?
        var type: FieldPath?
        var time: FieldPath?
        var payload: FieldPath?
    }

    static let format = Record(
        Draft(),
        choice: .word(key: "format", of: ["salesforce-cdc", "cloudevents", "fields"]),
        keys: [
            Key(
                "format",
                .word(of: ["salesforce-cdc", "cloudevents", "fields"]),
                .required,
                into: \.format,
                "The envelope of the archive's lines."
            ),
            Key(
                "entity",
                entity,
                .required,
                into: \.entity,
                for: ["cloudevents", "fields"],
                "The entity of every event, or the path that holds it."
            ),
            Key("id", .fieldPath, .required, into: \.id, for: ["fields"], "The path of the aggregate's id."),
            Key(
                "position",
                .fieldPath,
                .required,
                into: \.position,
                for: ["fields"],
                "The path of the position, an integer 0…2⁶³−1; it orders the events and is the document's version."
            ),
            Key(
                "type",
                .fieldPath,
                .required,
                into: \.type,
                for: ["fields"],
                "The path of the event's type."
            ),
            Key(
                "time",
                .fieldPath,
                .required,
                into: \.time,
                for: ["fields"],
                "The path of the event's time."
            ),
            Key(
                "payload",
                .fieldPath,
                .required,
                into: \.payload,
                for: ["fields"],
                "The path of the event's body."
            ),
        ]
    ).shape { (draft, _, _) -> EventFormat? in
        switch draft.format {
        case "salesforce-cdc": return .salesforceCDC
        case "cloudevents": return draft.entity.map { .cloudEvents(entity: $0) }
        default:
            guard let entity = draft.entity, let id = draft.id, let position = draft.position,
                let type = draft.type,
                let time = draft.time, let payload = draft.payload
            else { return nil }
            return .fields(
                FieldsEnvelope(
                    entity: entity,
                    id: id,
                    position: position,
                    type: type,
                    time: time,
                    payload: payload
                )
            )
        }
    }

    private static let entity = Shape<EntitySource>.either(
        scalar: Shape<ByteString>.bytes.map { .constant($0) },
        mapping: Record(
            FieldPath?.none,
            keys: [
                Key(
                    "from",
                    .fieldPath,
                    .required,
                    into: \.self,
                    "The path of the line that holds the entity."
                )
            ]
        ).shape { path, _, _ in path.map { .path($0) } }
    )
}
