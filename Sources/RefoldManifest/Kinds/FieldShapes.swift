internal import RefoldBytes
internal import RefoldModel

/// One field of a document, without its name.
enum FieldShapes {
    /// What is read of a field, before its source is put together.
    struct Draft: Sendable {
        var from: ValueSource?
        var first: [FieldDefinition]?
        var template: [FieldDefinition.TemplatePart]?
        var value: JSONValue?
        var lookup: ByteString?
        var collect: ByteString?
        var by: FieldPath?
        var takenByLookup: LookupDefinition.Take?
        var missing = LookupDefinition.Missing.null
        var conditions: [Condition] = []
        var orderBy: FieldPath?
        var limit: Int?
        var result: CollectDefinition.Result?
        var split: ByteString?
        var map: [FieldDefinition.Replacement]?
        var unmapped = FieldDefinition.Unmapped.keep
        var type: ValueType?
        var defaultValue: JSONValue?
        var onError = FieldDefinition.OnError.reject
    }

    /// A bare path, or the verbs.
    static let field: Shape<FieldDefinition> = .either(
        scalar: Shape<ValueSource>.source.map { FieldDefinition(name: FieldPath("-"), source: .from($0)) },
        mapping: Record(
            Draft(),
            choice: .presence(of: ["from", "first", "template", "value", "lookup", "collect"]),
            demands: [.exactlyOne(of: "take", "count", "sum", "min", "max", for: "collect")],
            keys: sources + LookupShapes.keys + CollectShapes.keys + verbs
        ).shape(finish: definition)
    )

    private static let sources: [Key<Draft>] = [
        Key("from", .source, into: \.from, for: ["from"], "The path of the state, or a built-in."),
        Key(
            "first",
            .list(of: .named("field") { field }, atLeast: 1),
            into: \.first,
            for: ["first"],
            "The first of these fields that is present."
        ),
        Key(
            "template",
            .template,
            into: \.template,
            for: ["template"],
            "Text with `{path}` parts; a missing part gives no field."
        ),
        Key("value", .any, into: \.value, for: ["value"], "A constant."),
    ]

    private static let verbs: [Key<Draft>] = [
        Key(
            "split",
            .bytes,
            into: \.split,
            "The separator at which a text becomes a list; empty parts are dropped."
        ),
        Key("map", .dictionary(of: .literal, atLeast: 1), .optional, "Values to replace, compared as text.") {
            draft,
            entries in
            draft.map = entries.map { FieldDefinition.Replacement(from: .string($0.key), to: $0.value) }
        },
        Key(
            "unmapped",
            .word,
            .byDefault("keep"),
            into: \.unmapped,
            "What becomes of a value that `map` lacks."
        ),
        Key("type", .word, into: \.type, "The type to convert to."),
        Key("default", .any, into: \.defaultValue, "The value of an absent field."),
        Key(
            "onError",
            .word,
            .byDefault("reject"),
            into: \.onError,
            "What becomes of a value that does not convert."
        ),
    ]

    private static func definition(
        _ draft: Draft,
        _ node: YAMLNode,
        _ reading: inout Reading
    ) -> FieldDefinition? {
        checkVerbs(draft, node, &reading)
        return source(draft).map { source in
            FieldDefinition(
                name: FieldPath("-"),
                source: source,
                split: draft.split,
                map: draft.map,
                unmapped: draft.unmapped,
                type: draft.type,
                defaultValue: draft.defaultValue,
                onError: draft.onError
            )
        }
    }

    private static func source(_ draft: Draft) -> FieldDefinition.Source? {
        if let from = draft.from { return .from(from) }
        if let first = draft.first { return .first(first) }
        if let template = draft.template { return .template(template) }
        if let value = draft.value { return .value(value) }
        guard let by = draft.by else { return nil }
        if let entity = draft.lookup, let take = draft.takenByLookup {
            return .lookup(LookupDefinition(entity: entity, by: by, take: take, missing: draft.missing))
        }
        guard let entity = draft.collect, let result = draft.result else { return nil }
        return .collect(
            CollectDefinition(
                entity: entity,
                by: by,
                where: draft.conditions,
                orderBy: draft.orderBy,
                limit: draft.limit,
                result: result
            )
        )
    }

    /// Nothing is ignored: a verb that can have no effect is named.
    private static func checkVerbs(_ draft: Draft, _ node: YAMLNode, _ reading: inout Reading) {
        if let pair = node.pair("unmapped"), draft.map == nil, node.pair("map") == nil {
            reading.report(
                .combination,
                "`unmapped` has no `map` beside it",
                at: pair.keyMark,
                fix: "remove it"
            )
        }
        if let pair = node.pair("unmapped"), draft.unmapped == .default, node.pair("default") == nil {
            reading.report(
                .combination,
                "`unmapped: default` has no `default` beside it",
                at: pair.value.mark,
                fix: "add `default`, or take keep, null or reject"
            )
        }
        if let pair = node.pair("onError"), node.pair("type") == nil {
            reading.warn(
                .combination,
                "`onError` has no `type` beside it: nothing converts, so nothing can fail",
                at: pair.keyMark,
                fix: "add a type, or remove onError"
            )
        }
    }
}
