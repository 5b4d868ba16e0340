internal import RefoldBytes
internal import RefoldModel

/// `verify`: the gates before the swap.
enum VerifyShapes {
    static let verify = Record(
        Verify(),
        keys: [
            Key(
                "digest",
                .word,
                .byDefault("full"),
                into: \.digest,
                "How documents are compared with what was sent."
            ),
            Key(
                "gaps",
                budget,
                into: \.gapBudget,
                "How many live aggregates may have a gap; without it, reported only."
            ),
            Key(
                "marks",
                budget,
                into: \.markBudget,
                "How many entity marks there may be; without it, reported only."
            ),
            Key(
                "behind",
                .word,
                .byDefault("refuse"),
                into: \.behind,
                "A serving index that is ahead of the archive."
            ),
            Key(
                "minimumShareOfPrevious",
                .number(0...1),
                .byDefault(.number("0.9")),
                into: \.minimumShareOfPrevious,
                "The least share of the old index's documents."
            ),
            Key(
                "canaries",
                .list(of: canary),
                .byDefault([]),
                into: \.canaries,
                "Queries whose hits are known."
            ),
        ]
    ).shape

    private static let budget = Record(
        Int?.none,
        keys: [Key("budget", .integer(0...Int.max), .required, into: \.self, "How many at most.")]
    ).shape { budget, _, _ in budget }

    private struct Draft: Sendable {
        var name = ""
        var readModel = ""
        var query = JSONValue.null
        var hits: Hits?
    }

    private struct Hits: Sendable {
        var min: Int?
        var max: Int?
    }

    private static let canary = Record(
        Draft(),
        keys: [
            Key("name", .name, .required, into: \.name, "The name that gates and reports carry."),
            Key("readModel", .name, .required, into: \.readModel, "The read model it asks."),
            Key(
                "query",
                Shape<JSONObject>.object.map { .object($0) },
                .required,
                into: \.query,
                "The query, as OpenSearch takes it."
            ),
            Key("hits", hits, .required, into: \.hits, "How many documents it must find."),
        ]
    ).shape { (draft, _, _) -> Verify.Canary? in
        Verify.Canary(
            name: draft.name,
            readModel: draft.readModel,
            query: draft.query,
            minimumHits: draft.hits?.min,
            maximumHits: draft.hits?.max
        )
    }

    private static let hits = Record(
        Hits(),
        demands: [.atLeastOne(of: "min", "max")],
        keys: [
            Key("min", .integer(0...Int.max), into: \.min, "At least so many."),
            Key("max", .integer(0...Int.max), into: \.max, "At most so many."),
        ]
    ).shape { (hits, node, reading) -> Hits? in
        if let min = hits.min, let max = hits.max, min > max {
            reading.report(
                .combination,
                "`min` is greater than `max`",
                at: node.mark.narrow,
                fix: "exchange them, or remove one"
            )
        }
        return hits
    }
}
