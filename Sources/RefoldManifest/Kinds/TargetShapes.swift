internal import RefoldBytes
internal import RefoldModel

/// `kind: Target`, and `target` of a job.
enum TargetShapes {
    private struct Draft: Sendable {
        var name: String?
        var place: TargetDefinition.Place?
        var indexSettings = JSONObject()
        var isProtected = false
    }

    /// A Target file.
    static let file = target(
        keys: [
            Key("apiVersion", .word(of: [ManifestKind.apiVersion]), .required, "The interface's version.") {
                _,
                _ in
            },
            Key("kind", .word(of: [ManifestKind.target.rawValue]), .required, "The kind.") { _, _ in },
            Key("name", .name, .required, identity: false, "The name that plans and logs carry.") {
                $0.name = $1
            },
        ] + keys
    )

    /// The same within a job.
    static let inline = target(keys: keys)

    private static let places = ["embedded", "file", "opensearch"]

    private static let keys: [Key<Draft>] = [
        Key(
            "embedded",
            .path,
            .optional,
            for: ["embedded"],
            identity: true,
            "A SQLite file; the default of the examples."
        ) {
            $0.place = .embedded(path: $1)
        },
        Key(
            "file",
            .path,
            .optional,
            for: ["file"],
            identity: true,
            "A bulk body on disk, `.zst` by its name."
        ) {
            $0.place = .file(path: $1)
        },
        Key("opensearch", OpenSearchShapes.target, .optional, for: ["opensearch"], "A search engine.") {
            $0.place = .openSearch($1)
        },
        Key(
            "indexSettings",
            .object,
            .byDefault([:]),
            into: \.indexSettings,
            identity: true,
            "Settings laid over every read model's."
        ),
        Key(
            "protect",
            .boolean,
            .byDefault(false),
            into: \.isProtected,
            identity: false,
            "Whether swap and prune ask on a terminal, and need `--yes` without one."
        ),
    ]

    private static func target(keys: [Key<Draft>]) -> Shape<TargetDefinition> {
        Record(Draft(), choice: .presence(of: places), keys: keys).shape { draft, _, _ in
            draft.place.map {
                TargetDefinition(
                    name: draft.name,
                    place: $0,
                    indexSettings: draft.indexSettings,
                    isProtected: draft.isProtected
                )
            }
        }
    }
}
