internal import RefoldBytes
internal import RefoldModel

/// `document`: what document a folded aggregate gives.
enum DocumentShapes {
    private struct Draft: Sendable {
        var id = DocumentDefinition.Identifier.id
        var conditions: [Condition] = []
        var fields: DocumentDefinition.Fields?
    }

    static let document = Record(
        Draft(),
        keys: [
            Key(
                "id",
                Shape<String>.word(of: ["$id", "$key"]).map {
                    DocumentDefinition.Identifier(rawValue: $0) ?? .id
                },
                .byDefault("$id"),
                into: \.id,
                "The document's id; `$key` is needed when there are several entities."
            ),
            Key(
                "where",
                ConditionShapes.conditions,
                .byDefault([:]),
                into: \.conditions,
                "Aggregates that do not match are no documents."
            ),
            Key(
                "fields",
                fields,
                .required,
                into: \.fields,
                "The fields by name, or `\"*\"` for all as they are."
            ),
        ]
    ).shape { (draft, _, _) -> DocumentDefinition? in
        draft.fields.map { DocumentDefinition(id: draft.id, where: draft.conditions, fields: $0) }
    }

    private static let fields = Shape<DocumentDefinition.Fields>.either(
        scalar: Shape<String>.word(of: ["*"]).map { _ in .all },
        mapping: Shape<[Entry<FieldDefinition>]>.dictionary(
            of: .named("field") { FieldShapes.field },
            atLeast: 1
        )
        .checked(named)
    )

    /// Gives the fields their names and refuses two that would stand in one another's place.
    private static func named(
        _ entries: [Entry<FieldDefinition>],
        _ node: YAMLNode,
        _ reading: inout Reading
    ) -> DocumentDefinition.Fields? {
        var fields: [FieldDefinition] = []
        var taken: Set<[ByteString]> = []
        var parents: [[ByteString]: ByteString] = [:]
        for entry in entries where Names.isDocumentField(entry.key, at: entry.mark, &reading) {
            var field = entry.value
            field.name = FieldPath(entry.key.string)
            let names = field.name.names
            let outer = (1..<max(1, names.count)).map { Array(names.prefix($0)) }
            if let child = parents[names] {
                refuse(entry, beside: child, &reading)
            } else if let parent = outer.first(where: taken.contains) {
                refuse(entry, beside: ByteString(parent.map(\.string).joined(separator: ".")), &reading)
            }
            taken.insert(names)
            for path in outer { parents[path] = entry.key }
            fields.append(field)
        }
        return .listed(fields)
    }

    private static func refuse(
        _ entry: Entry<FieldDefinition>,
        beside other: ByteString,
        _ reading: inout Reading
    ) {
        reading.report(
            .combination,
            "`\(entry.key)` and `\(other)` cannot both be: one is a value, the other an object in its place",
            at: entry.mark,
            fix: "rename one of them"
        )
    }
}
