internal import RefoldBytes
internal import RefoldModel

/// `collect`: values of child aggregates.
enum CollectShapes {
    private static let variants = ["collect"]

    /// The keys of a field that collects.
    static let keys: [Key<FieldShapes.Draft>] = [
        Key("collect", .bytes, into: \.collect, for: variants, "The entity of the children."),
        Key(
            "by",
            .fieldPath,
            .required,
            into: \.by,
            for: variants,
            "The child's path that holds this aggregate's id."
        ),
        Key(
            "where",
            ConditionShapes.conditions,
            .byDefault([:]),
            into: \.conditions,
            for: variants,
            "Which children, by their state."
        ),
        Key("orderBy", .fieldPath, into: \.orderBy, for: variants, "The child's path that orders the list."),
        Key("limit", .integer(1...100_000), into: \.limit, for: variants, "How many children at most."),
        Key(
            "take",
            taken,
            .optional,
            for: variants,
            "A list of objects: field of each, and its path of the child."
        ) {
            $0.result = .take($1)
        },
        Key("count", always, .optional, for: variants, "How many children.") { draft, _ in
            draft.result = .count
        },
        Key("sum", .fieldPath, .optional, for: variants, "The sum of a path.") { $0.result = .sum($1) },
        Key("min", .fieldPath, .optional, for: variants, "The least of a path.") { $0.result = .min($1) },
        Key("max", .fieldPath, .optional, for: variants, "The greatest of a path.") { $0.result = .max($1) },
    ]

    private static let taken = Shape<[Entry<ValueSource>]>.dictionary(of: .source, atLeast: 1).map {
        entries in
        entries.map { CollectDefinition.TakenField(name: $0.key, source: $0.value) }
    }

    private static let always = Shape<Bool>(description: .scalar(word: "true", schema: ["const": true])) {
        node,
        reading in
        if node.scalar == .bool(true) { return true }
        reading.report(
            .value,
            "expected true, found \(reading.describe(node))",
            at: node.mark,
            fix: "write count: true"
        )
        return nil
    }
}
