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

    let readModel: ManifestSession.ReadModel

    /// Reports what cannot be; true: something was.
    func reports(to reading: inout Reading) -> Bool {
        let index = readModel.root["index"]
        let mark = index?.pair("mappings")?.keyMark ?? readModel.root.mark
        let findings =
            columns(MappingTree(readModel.definition.index.mappings), at: mark)
            + aliases(at: index?["alias"]?.mark ?? index?["aliases"]?.mark ?? mark)
        for finding in findings { reading.report(finding) }
        return !findings.isEmpty
    }

    private func aliases(at mark: SourceMark) -> [Finding] {
        readModel.definition.index.aliases.filter { $0.hasPrefix("sqlite_") }.map { alias in
            Finding(
                .name,
                "`\(alias)` cannot be an alias of the embedded target: SQLite keeps `sqlite_` for itself",
                at: mark,
                fix: "choose another name"
            )
        }
    }

    private func columns(_ mapping: MappingTree, at mark: SourceMark) -> [Finding] {
        var findings: [Finding] = []
        var columns: [String: String] = [:]
        for name in mapping.fieldNames {
            let folded = name.lowercased()
            if Self.ownColumns.contains(folded) {
                findings.append(
                    Finding(
                        .name,
                        "`\(name)` is a column that every index of the embedded target has",
                        at: mark,
                        fix: "give the field another name"
                    )
                )
            } else if let other = columns[folded] {
                findings.append(
                    Finding(
                        .name,
                        "the embedded target cannot tell the fields `\(other)` and `\(name)` apart",
                        at: mark,
                        fix: "rename one of them"
                    )
                )
            }
            if Self.fullTextColumns.contains(folded), Self.isText(mapping.place(of: FieldPath(name))) {
                findings.append(
                    Finding(
                        .name,
                        "`\(name)` cannot be a text field of the embedded target",
                        at: mark,
                        cause: "its full-text table has a column of that name of its own",
                        fix: "give the field another name, or map it as keyword"
                    )
                )
            }
            columns[folded] = name
        }
        if Self.rowNames.isSubset(of: columns.keys) {
            findings.append(
                Finding(
                    .name,
                    "fields `rowid`, `_rowid_` and `oid` together leave the embedded target no name for its rows",
                    at: mark,
                    fix: "rename one of them"
                )
            )
        }
        return findings
    }

    private static func isText(_ place: MappingTree.Place) -> Bool {
        if case .field(let field) = place { ["text", "match_only_text"].contains(field.type) } else { false }
    }
}
