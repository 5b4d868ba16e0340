internal import RefoldBytes
internal import RefoldModel

/// Names that the embedded target cannot give to columns and views: SQLite holds names equal that differ in letter case,
/// and keeps names of its own.
///
/// The names of an index's other tables need no check: they begin with the index's name, which has the second of the run
/// in it, and a table that stands there all the same is told when the index is made.
/// Source: MANIFESTS, "The embedded target's tables".
struct EmbeddedChecks {
    /// Columns that every index has.
    private static let ownColumns: Set<String> = ["_id", "_version", "_source"]
    /// What the full-text table calls its own columns.
    private static let fullTextColumns: Set<String> = ["rank", "rowid"]
    /// What SQLite calls the number of a row; one of them must stay free.
    private static let rowNames: Set<String> = ["rowid", "_rowid_", "oid"]

    let readModels: [ManifestSession.ReadModel]

    /// Reports what cannot be.
    func run(_ reading: inout Reading) {
        for model in readModels {
            let index = model.root["index"]
            let mark = index?.pair("mappings")?.keyMark ?? model.root.mark
            checkColumns(MappingTree(model.definition.index.mappings), at: mark, &reading)
            for alias in model.definition.index.aliases where alias.hasPrefix("sqlite_") {
                reading.report(
                    .name,
                    "`\(alias)` cannot be an alias of the embedded target: SQLite keeps `sqlite_` for itself",
                    at: index?["alias"]?.mark ?? index?["aliases"]?.mark ?? mark,
                    fix: "give it another name"
                )
            }
        }
    }

    private func checkColumns(_ mapping: MappingTree, at mark: SourceMark, _ reading: inout Reading) {
        var columns: [String: String] = [:]
        for name in mapping.fieldNames {
            let folded = name.lowercased()
            if Self.ownColumns.contains(folded) {
                reading.report(
                    .name,
                    "`\(name)` is a column that every index of the embedded target has",
                    at: mark,
                    fix: "give the field another name"
                )
            } else if let other = columns[folded] {
                reading.report(
                    .name,
                    "the embedded target cannot tell the fields `\(other)` and `\(name)` apart",
                    at: mark,
                    fix: "rename one of them"
                )
            }
            if Self.fullTextColumns.contains(folded), Self.isText(mapping.place(of: FieldPath(name))) {
                reading.report(
                    .name,
                    "`\(name)` cannot be a text field of the embedded target",
                    at: mark,
                    cause: "its full-text table has a column of that name of its own",
                    fix: "give the field another name, or map it as keyword"
                )
            }
            columns[folded] = name
        }
        if Self.rowNames.isSubset(of: columns.keys) {
            reading.report(
                .name,
                "fields `rowid`, `_rowid_` and `oid` together leave the embedded target no name for its rows",
                at: mark,
                fix: "rename one of them"
            )
        }
    }

    private static func isText(_ place: MappingTree.Place) -> Bool {
        if case .field(let field) = place { ["text", "match_only_text"].contains(field.type) } else { false }
    }
}
