internal import RefoldBytes
internal import RefoldModel

/// `upcast`: rules that turn old shapes of events into the new one.
enum UpcastShapes {
    private struct Draft: Sendable {
        var condition = UpcastCondition()
        var steps: [UpcastStep] = []
        var swift: String?
    }

    static let rule = Record(
        Draft(),
        demands: [.atLeastOne(of: "rename", "drop", "set", "map", "swift")],
        keys: [
            Key("when", condition, .optional, "Which events it takes; without it, all.") {
                $0.condition = $1
            },
            Key(
                "rename",
                .dictionary(of: .bytes, atLeast: 1),
                .optional,
                "Old name to new, in body and name lists."
            ) {
                draft,
                names in
                draft.steps += names.map { .rename(from: $0.key, to: $0.value) }
            },
            Key("drop", .oneOrMany(.bytes), .optional, "Fields to leave out of body and name lists.") {
                draft,
                names in
                draft.steps += names.map { .drop($0) }
            },
            Key(
                "set",
                .dictionary(of: .any, atLeast: 1),
                .optional,
                "Fields of the body to set to a constant."
            ) {
                draft,
                values in
                draft.steps += values.map { .set(field: $0.key, value: $0.value) }
            },
            Key("map", replacements, .optional, "Values of fields to replace.") {
                draft,
                fields in
                draft.steps += fields.map { field in
                    .map(field: field.key, values: field.value.map { (from: .string($0.key), to: $0.value) })
                }
            },
            Key(
                "swift",
                .nonEmpty,
                into: \.swift,
                "The name of an upcaster written in Swift; it stands alone."
            ),
        ]
    ).shape { (draft, node, reading) -> UpcastRule? in
        guard let name = draft.swift else { return .declared(when: draft.condition, steps: draft.steps) }
        guard node.pairs?.count == 1 else {
            reading.report(
                .combination,
                "`swift` stands beside other keys",
                at: node.pair("swift")?.keyMark ?? node.mark,
                fix: "give the Swift type a rule of its own: - { swift: \(name) }"
            )
            return nil
        }
        return .swift(name: name)
    }

    private static let replacements = Shape<[Entry<[Entry<JSONValue>]>]>.dictionary(
        of: .dictionary(of: .literal, atLeast: 1),
        atLeast: 1
    )

    private static let condition = Record(
        UpcastCondition(),
        keys: [
            Key("entity", .oneOrMany(.bytes), into: \.entity, "Events of one of these entities."),
            Key("type", .oneOrMany(.bytes), into: \.type, "Events of one of these types."),
            Key("has", .oneOrMany(.bytes), into: \.has, "Events that name all of these fields."),
            Key("missing", .oneOrMany(.bytes), into: \.missing, "Events that name none of these fields."),
            Key("before", .time, into: \.before, "Events before this time, exclusive."),
            Key("after", .time, into: \.after, "Events at or after this time."),
        ]
    ).shape { (condition, node, reading) -> UpcastCondition? in
        if let after = condition.after, let before = condition.before, after >= before {
            reading.report(
                .combination,
                "no event is both `after` and `before`",
                at: node.mark.narrow,
                fix: "exchange them, or remove one"
            )
        }
        return condition
    }
}
