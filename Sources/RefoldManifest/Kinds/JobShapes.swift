internal import RefoldBytes
internal import RefoldModel

/// `kind: Rebuild`, `Backfill`, `Migration`, `Restore`: one table of keys, each with the kinds it belongs to.
enum JobShapes {
    /// A job whose further files are not read yet.
    struct Draft: Sendable {
        var kind = JobDefinition.Kind.rebuild
        var name = ""
        var archive: ArchiveReference?
        var readModels: [FileReference] = []
        var to: FileReference?
        var from: FileReference?
        var strategy = Migration.Strategy.auto
        var select: Selection?
        var asOf: Int64?
        var prefix: String?
        var target: Target?
        var replay = Replay()
        var rejects = Rejects()
        var catchUp = CatchUp()
        var carryForward = false
        var verify = Verify()
        var cutover = Cutover()
        var hook: String?
        var notify: [JSONValue] = []
    }

    /// A target as a job names it.
    enum Target: Sendable {
        case file(FileReference)
        case inline(TargetDefinition)
    }

    private static let kinds = JobDefinition.Kind.allCases.map(\.rawValue)
    private static let withReadModels = ["Rebuild", "Backfill", "Restore"]

    static let job = Record(
        Draft(),
        choice: .word(key: "kind", of: kinds),
        keys: [
            Key("apiVersion", .word(of: [ManifestKind.apiVersion]), .required, "The interface's version.") {
                _,
                _ in
            },
            Key("kind", .word, .required, into: \.kind, identity: true, "What the job does."),
            Key(
                "name",
                .name,
                .required,
                into: \.name,
                identity: false,
                "The name that runs and logs carry."
            ),
            Key(
                "archive",
                ArchiveShapes.archive,
                .required,
                into: \.archive,
                identity: true,
                "A folder or `s3://bucket/prefix`, or how it is reached."
            ),
        ] + kindKeys + runKeys
    ).shape

    private static let kindKeys: [Key<Draft>] = [
        Key(
            "readModels",
            .list(of: .manifestFile, atLeast: 1),
            .required,
            into: \.readModels,
            for: withReadModels,
            identity: true,
            "The read models; one pass over the archive feeds all."
        ),
        Key(
            "to",
            .manifestFile,
            .required,
            into: \.to,
            for: ["Migration"],
            identity: true,
            "The new definition."
        ),
        Key(
            "from",
            .manifestFile,
            .decidedLater("the definition in the serving index"),
            into: \.from,
            for: ["Migration"],
            identity: true,
            "The definition that serves."
        ),
        Key(
            "strategy",
            .word,
            .byDefault("auto"),
            into: \.strategy,
            for: ["Migration"],
            identity: true,
            "The way: the cheapest right one, in place, or a new index."
        ),
        Key(
            "select",
            SelectShapes.select,
            .required,
            into: \.select,
            for: ["Backfill"],
            identity: true,
            "Which aggregates; their whole histories are folded."
        ),
        Key(
            "asOf",
            .time,
            into: \.asOf,
            for: ["Restore"],
            identity: true,
            "Only events up to this time."
        ),
        Key(
            "into",
            SelectShapes.into,
            into: \.prefix,
            for: ["Restore"],
            identity: true,
            "Scratch names instead of the serving ones."
        ),
    ]

    private static let runKeys: [Key<Draft>] = [
        Key("target", target, .required, into: \.target, "A Target file, or what stands in one."),
        Key(
            "replay",
            RunShapes.replay,
            .byDefault([:]),
            into: \.replay,
            identity: false,
            "How the replay runs."
        ),
        Key(
            "rejects",
            RunShapes.rejects,
            .byDefault([:]),
            into: \.rejects,
            identity: false,
            "What happens with rejects."
        ),
        Key(
            "catchUp",
            RunShapes.catchUp,
            .byDefault([:]),
            into: \.catchUp,
            identity: false,
            "Whether events appended during the run are followed."
        ),
        Key(
            "carryForward",
            .boolean,
            .byDefault(false),
            into: \.carryForward,
            identity: false,
            "Whether documents that live writers made newer come along from the old index."
        ),
        Key(
            "verify",
            VerifyShapes.verify,
            .byDefault([:]),
            into: \.verify,
            identity: false,
            "The gates before the swap."
        ),
        Key("cutover", RunShapes.cutover, .byDefault([:]), into: \.cutover, identity: false, "The swap."),
        Key(
            "hooks",
            RunShapes.hooks,
            .byDefault([:]),
            into: \.hook,
            identity: false,
            "Programs of your own."
        ),
        Key(
            "notify",
            NotifyShapes.list,
            .byDefault([]),
            into: \.notify,
            identity: false,
            "Who is told how a run ended."
        ),
    ]

    private static let target = Shape<Target>.either(
        scalar: Shape<FileReference>.manifestFile.map { .file($0) },
        mapping: Shape<TargetDefinition>.named("target", word: "the keys of a Target") { TargetShapes.inline }
            .map { .inline($0) }
    )
}
