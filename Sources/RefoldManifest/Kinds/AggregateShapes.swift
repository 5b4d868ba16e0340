internal import RefoldBytes
internal import RefoldModel

/// `aggregate`: which aggregates become documents, and how their events fold.
enum AggregateShapes {
    private struct Draft: Sendable {
        var entities: [ByteString] = []
        var fold = ""
        var maxBytes = 0
        var rules: OrderedRules?
        var type: String?
    }

    static let aggregate = Record(
        Draft(),
        choice: .word(key: "fold", of: ["merge", "ordered", "swift"]),
        keys: [
            Key(
                "entities",
                .list(of: .bytes, atLeast: 1),
                .decidedLater("the entity of `events`"),
                into: \.entities,
                "The entities that become documents."
            ),
            Key(
                "fold",
                .word(of: ["merge", "ordered", "swift"]),
                .required,
                into: \.fold,
                "How events become the state: `merge` joins Salesforce changes, `ordered` applies verbs by position, "
                    + "`swift` is a type of your own."
            ),
            Key(
                "maxBytes",
                .size,
                .byDefault("64MiB"),
                into: \.maxBytes,
                "A larger history of one aggregate is reject `aggregate_too_large`; `ordered` and `swift` keep histories."
            ),
            Key(
                "apply",
                rules,
                .required,
                into: \.rules,
                for: ["ordered"],
                "What each event type does to the state."
            ),
            Key("type", .nonEmpty, .required, into: \.type, for: ["swift"], "The name of the Swift type."),
        ]
    ).shape { (draft, _, _) -> AggregateDefinition? in
        let fold: FoldDefinition? =
            switch draft.fold {
            case "merge": .merge
            case "ordered": draft.rules.map { .ordered($0) }
            default: draft.type.map { .swift(type: $0) }
            }
        return fold.map { AggregateDefinition(entities: draft.entities, fold: $0, maxBytes: draft.maxBytes) }
    }

    private static let rules = Shape<[Entry<OrderedRule>]>.dictionary(of: rule, atLeast: 1).map { entries in
        var rules = OrderedRules(byType: [:])
        for entry in entries {
            if entry.key == "*" {
                rules.otherwise = entry.value
            } else {
                rules.byType[entry.key] = entry.value
            }
        }
        return rules
    }

    private static let rule = Shape<OrderedRule>.either(
        scalar: Shape<String>.word(of: ["delete", "ignore"]).map { $0 == "delete" ? .delete : .ignore },
        mapping: Record(
            [OrderedStep](),
            demands: [.atLeastOne(of: "set", "setOnce", "unset", "add", "min", "max", "append")],
            keys: [
                verb(.set, "Sets fields."),
                verb(.setOnce, "Sets fields that are absent."),
                Key("unset", .oneOrMany(.fieldPath), .optional, "Removes fields.") { steps, fields in
                    steps += fields.map { OrderedStep(verb: .unset, field: $0, operand: nil) }
                },
                verb(.add, "Adds numbers, from 0."),
                verb(.min, "Keeps the smaller."),
                verb(.max, "Keeps the greater."),
                verb(.append, "Appends to lists."),
            ]
        ).shape { steps, _, _ in .apply(steps) }
    )

    /// One verb; its steps follow in the order in which the manifest has them.
    private static func verb(_ verb: OrderedStep.Verb, _ meaning: String) -> Key<[OrderedStep]> {
        Key(verb.rawValue, .dictionary(of: operand, atLeast: 1).checked(fieldNames), .optional, meaning) {
            steps,
            entries in
            steps += entries.map {
                OrderedStep(verb: verb, field: FieldPath($0.key.string), operand: $0.value)
            }
        }
    }

    private static func fieldNames(
        _ entries: [Entry<OrderedOperand>],
        _ node: YAMLNode,
        _ reading: inout Reading
    ) -> [Entry<OrderedOperand>]? {
        entries.filter { Names.isFieldPath($0.key, at: $0.mark, &reading) }
    }

    private static let operand = Shape<OrderedOperand>.either(
        scalar: Shape<ValueSource>.source.map { source in
            switch source {
            case .path(let path): .path(path)
            case .builtIn(let builtIn): .builtIn(builtIn)
            }
        },
        mapping: Record(
            JSONValue?.none,
            keys: [Key("value", .any, .required, into: \.self, "A constant.")]
        ).shape { value, _, _ in value.map { .constant($0) } }
    )
}
