internal import RefoldBytes
internal import RefoldModel

/// `kind: ReadModel`.
enum ReadModelShapes {
    private struct Draft: Sendable {
        var name = ""
        var version = 1
        var events: EventFormat?
        var upcast: [UpcastRule] = []
        var aggregate: AggregateDefinition?
        var document: DocumentDefinition?
        var index: IndexDefinition?
    }

    static let readModel = Record(
        Draft(),
        keys: [
            Key("apiVersion", .word(of: [ManifestKind.apiVersion]), .required, "The interface's version.") {
                _,
                _ in
            },
            Key("kind", .word(of: [ManifestKind.readModel.rawValue]), .required, "The kind.") { _, _ in },
            Key("name", .name, .required, into: \.name, "The name that runs, logs and `_meta` carry."),
            Key(
                "version",
                .integer(1...999_999),
                .required,
                into: \.version,
                "The version; a changed definition needs the next one."
            ),
            Key("events", EventShapes.format, .required, into: \.events, "How lines become events."),
            Key(
                "upcast",
                .list(of: UpcastShapes.rule),
                .byDefault([]),
                into: \.upcast,
                "Rules that turn old shapes of events into the new one, oldest first."
            ),
            Key(
                "aggregate",
                AggregateShapes.aggregate,
                .required,
                into: \.aggregate,
                "Which aggregates, and how their events fold."
            ),
            Key(
                "document",
                DocumentShapes.document,
                .required,
                into: \.document,
                "What document a state gives."
            ),
            Key("index", IndexShapes.index, .required, into: \.index, "The index that holds the documents."),
        ]
    ).shape { (draft, node, reading) -> ReadModelDefinition? in
        guard let events = draft.events, let aggregate = draft.aggregate, let document = draft.document,
            let index = draft.index
        else { return nil }
        var definition = ReadModelDefinition(
            name: draft.name,
            version: draft.version,
            events: events,
            upcast: draft.upcast,
            aggregate: aggregate,
            document: document,
            index: index,
            source: node.json
        )
        definition.writtenAt = node.writtenPlaces
        return definition
    }
}
