internal import RefoldBytes
internal import RefoldModel

/// Whether canaries can be asked of the indices that the job makes.
struct CanaryChecks {
    let job: JobDefinition
    let root: YAMLNode

    private static let embeddedQueries = [
        "match_all", "term", "terms", "range", "exists", "ids", "match", "bool",
    ]

    /// Reports the canaries that cannot find what they are asked for.
    func run(_ reading: inout Reading) {
        var names: Set<String> = []
        // Only complete canaries were decoded: each is found again by its name.
        for node in root["verify"]?["canaries"]?.elements ?? [] {
            guard let name = node["name"], node["readModel"]?.text != nil,
                let canary = job.verify.canaries.first(where: { $0.name == name.text })
            else {
                continue
            }
            if !names.insert(canary.name).inserted {
                reading.report(
                    .name,
                    "two canaries are named `\(canary.name)`",
                    at: name.mark,
                    fix: "rename one of them"
                )
            }
            guard let model = job.readModels.first(where: { $0.name == canary.readModel }) else {
                let known = job.readModels.map(\.name)
                reading.report(
                    .canary,
                    "canary `\(canary.name)` asks `\(canary.readModel)`, which the job has not",
                    at: node["readModel"]?.mark ?? node.mark,
                    fix: NearestWord.of(canary.readModel, among: known).map { "did you mean `\($0)`?" }
                        ?? "known: \(known.joined(separator: ", "))"
                )
                continue
            }
            if let query = node["query"] { check(query, MappingTree(model.index.mappings), 0, &reading) }
        }
    }

    private func check(_ query: YAMLNode, _ tree: MappingTree, _ depth: Int, _ reading: inout Reading) {
        guard let pair = query.pairs?.first, query.pairs?.count == 1, depth < 32 else {
            reading.report(
                .canary,
                "a query is a mapping with one key, its kind",
                at: query.mark.narrow,
                fix: "for example { exists: { field: name } }"
            )
            return
        }
        switch pair.key.string {
        case "term", "terms", "range", "match":
            for field in pair.value.pairs ?? [] where field.key != "boost" && field.key != "_name" {
                check(field: field.key.string, at: field.keyMark, tree, &reading)
            }
        case "exists":
            if let field = pair.value["field"], let name = field.text {
                check(field: name, at: field.mark, tree, &reading)
            }
        case "bool":
            for clause in pair.value.pairs ?? []
            where ["must", "should", "filter", "must_not"].contains(clause.key.string) {
                for inner in clause.value.elements ?? [clause.value] {
                    check(inner, tree, depth + 1, &reading)
                }
            }
        default: break
        }
        if case .embedded = job.target.place, !Self.embeddedQueries.contains(pair.key.string) {
            reading.report(
                .canary,
                "the embedded target does not understand the query `\(pair.key)`",
                at: pair.keyMark,
                fix: NearestWord.of(pair.key.string, among: Self.embeddedQueries).map {
                    "did you mean `\($0)`?"
                }
                    ?? "known there: \(Self.embeddedQueries.joined(separator: ", "))"
            )
        }
    }

    private func check(field: String, at mark: SourceMark, _ tree: MappingTree, _ reading: inout Reading) {
        guard case .unmapped(let isRefused) = tree.place(of: FieldPath(field), withMultiFields: true),
            !["_id", "_index"].contains(field)
        else { return }
        let nearest = NearestWord.of(field, among: tree.fieldNames)
        reading.report(
            Finding(
                .canary,
                "the canary asks the field `\(field)`, which the mapping lacks",
                at: mark,
                fix: nearest.map { "did you mean `\($0)`?" },
                // A dynamic mapping may have made it by then.
                severity: isRefused ? .error : .warning
            )
        )
    }
}
