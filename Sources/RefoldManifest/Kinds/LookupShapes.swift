internal import RefoldBytes
internal import RefoldModel

/// `lookup`: a value of another aggregate.
enum LookupShapes {
    /// The keys of a field that looks up.
    static let keys: [Key<FieldShapes.Draft>] = [
        Key("lookup", .bytes, into: \.lookup, for: ["lookup"], "The entity of the other aggregate."),
        Key("by", .fieldPath, .required, into: \.by, for: ["lookup"], "The path that holds its id."),
        Key("take", take, .required, into: \.takenByLookup, for: ["lookup"], "What is taken of it."),
        Key(
            "missing",
            missing,
            .byDefault(.null),
            into: \.missing,
            for: ["lookup"],
            "What the field is when there is no such aggregate."
        ),
    ]

    /// A path, or a value of a third aggregate.
    private static let take: Shape<LookupDefinition.Take> = .either(
        scalar: Shape<ValueSource>.source.map { .source($0) },
        mapping: Shape<LookupDefinition>.named("lookup") { nested }.map { .lookup($0) }
    )

    private static let missing = Shape<LookupDefinition.Missing>.either(
        scalar: Shape<String>.word(of: ["null", "reject"]).map { $0 == "reject" ? .reject : .null },
        mapping: Record(
            JSONValue?.none,
            keys: [Key("default", .any, .required, into: \.self, "A constant.")]
        ).shape { value, _, _ in value.map { .value($0) } }
    )

    private struct Draft: Sendable {
        var entity: ByteString?
        var by: FieldPath?
        var take: LookupDefinition.Take?
        var missing = LookupDefinition.Missing.null
    }

    private static let nested: Shape<LookupDefinition> = Record(
        Draft(),
        keys: [
            Key("lookup", .bytes, .required, into: \.entity, "The entity of the third aggregate."),
            Key("by", .fieldPath, .required, into: \.by, "The path of the second that holds its id."),
            Key("take", take, .required, into: \.take, "What is taken of it."),
            Key(
                "missing",
                missing,
                .byDefault(.null),
                into: \.missing,
                "What the field is when there is none."
            ),
        ]
    ).shape { draft, _, _ in
        guard let entity = draft.entity, let by = draft.by, let take = draft.take else { return nil }
        return LookupDefinition(entity: entity, by: by, take: take, missing: draft.missing)
    }
}
