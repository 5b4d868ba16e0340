internal import RefoldBytes
internal import RefoldModel

/// How a run of a job behaves: `replay`, `rejects`, `catchUp`, `cutover`, `hooks`.
enum RunShapes {
    static let replay = Record(
        Replay(),
        keys: [
            Key(
                "shards",
                Shape<Int?>.auto(or: .integer(1...1024)),
                .decidedLater("the number of cores"),
                into: \.shards,
                "How many hash ranges of aggregates fold at once."
            ),
            Key(
                "memory",
                .size,
                .decidedLater("half of the machine's or the cgroup's"),
                into: \.memoryBytes,
                "Memory for states; more spills to disk."
            ),
            Key(
                "snapshot",
                Shape<String>.word(of: ["none", "keep"]).map { $0 == "keep" },
                .byDefault("none"),
                into: \.keepsSnapshot,
                "Whether the final states are kept for the next run."
            ),
            Key(
                "checkpointEvery",
                .duration,
                .byDefault("30s"),
                into: \.checkpointSeconds,
                "Time between checkpoints; `0s` is none."
            ),
        ]
    ).shape

    static let rejects = Record(
        Rejects(),
        keys: [
            Key(
                "budget",
                .integer(0...Int.max),
                .byDefault(0),
                into: \.budget,
                "How many a run may have and still swap."
            ),
            Key(
                "abortAt",
                .integer(1...Int.max),
                .byDefault(10000),
                into: \.abortAt,
                "How many end the run early."
            ),
            Key("accepted", .path, into: \.acceptedFile, "A file of known ones, outside the budget."),
        ]
    ).shape

    static let catchUp = Record(
        CatchUp(),
        keys: [
            Key(
                "until",
                until,
                .byDefault("none"),
                into: \.until,
                "How far events appended during the run are followed."
            ),
            Key(
                "blockWrites",
                .boolean,
                .byDefault(false),
                into: \.blocksWrites,
                "Whether writes to the old index are blocked meanwhile."
            ),
        ]
    ).shape

    private static let until = Shape<CatchUp.Until>.either(
        scalar: Shape<String>.word(of: ["none", "drained"]).map { $0 == "none" ? .none : .drained },
        mapping: Record(
            Double?.none,
            keys: [Key("lag", .duration, .required, into: \.self, "Until the lag is below this.")]
        ).shape { lag, _, _ in lag.map { .lag(seconds: $0) } }
    )

    static let cutover = Record(
        Cutover(),
        keys: [
            Key(
                "mode",
                .word,
                .byDefault("auto"),
                into: \.mode,
                "Who swaps: the run, or a person by `refold cutover`."
            ),
            Key(
                "keep",
                .integer(1...1000),
                .byDefault(2),
                into: \.keep,
                "How many complete indices stay, the serving one included."
            ),
            Key(
                "together",
                .boolean,
                .byDefault(true),
                into: \.together,
                "All read models swap in one step, or none."
            ),
            Key("preview", alias, into: \.preview, "An alias that points at the ready index until the swap."),
            Key(
                "adopt",
                .word,
                .byDefault("refuse"),
                into: \.adopt,
                "A concrete index under the alias's name."
            ),
            Key(
                "allowPast",
                .boolean,
                .byDefault(false),
                into: \.allowsPast,
                "Whether an as-of run may swap a serving alias."
            ),
        ]
    ).shape

    private static var alias: Shape<String> {
        Shape<String>.nonEmpty.checked { alias, node, reading in
            guard let reason = Names.refusal(ofAlias: alias) else { return alias }
            reading.report(
                .name,
                "`\(alias)` cannot be an alias",
                at: node.mark,
                cause: reason,
                fix: "choose another name"
            )
            return nil
        }
    }

    static let hooks = Record(
        String?.none,
        keys: [
            Key(
                "beforeCutover",
                .path,
                into: \.self,
                "A program run before the swap; not zero stops ready with 5."
            )
        ]
    ).shape
}
