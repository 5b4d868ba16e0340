internal import RefoldBytes
internal import RefoldModel

/// Whether the mapping takes the document.
struct DocumentChecks {
    let definition: ReadModelDefinition
    let root: YAMLNode

    /// Reports the fields that the engine would refuse in every document.
    func run(_ reading: inout Reading) {
        let tree = MappingTree(definition.index.mappings)
        switch definition.document.fields {
        case .listed(let fields):
            for field in fields { check(field, tree, &reading) }
        case .all: checkState(tree, &reading)
        }
    }

    private func check(_ field: FieldDefinition, _ tree: MappingTree, _ reading: inout Reading) {
        let name = field.name.dotted
        guard let pair = root["document"]?["fields"]?.pair(name) else { return }
        let forms = FieldForm.possible(of: field)
        switch tree.place(of: field.name) {
        case .opaque, .unmapped(isRefused: false): break
        case .unmapped(isRefused: true): reportUnmapped(name, at: pair.keyMark, tree, &reading)
        case .beneath(let outer, let type): reportBeneath(name, outer, type, at: pair.keyMark, &reading)
        case .object(let type):
            guard let form = forms.first(where: { !isObject($0) }) else { return }
            report(form, type, pair, &reading)
        case .field(let mapped):
            guard mapped.type != "alias" else {
                reading.report(
                    .mapping,
                    "`\(name)` is an alias in the mapping: nothing is written to it",
                    at: pair.keyMark,
                    fix: "write to the field that the alias names"
                )
                return
            }
            guard let form = forms.first(where: { MappingFit.isRefused($0, by: mapped) }) else {
                if MappingFit.cutsFractions(of: field, mapped) { warnOfFractions(mapped, pair, &reading) }
                return
            }
            report(form, mapped.type, pair, &reading)
        }
    }

    /// The engine keeps the whole number in `_source`; what it searches and sorts by, and a table's column, is cut.
    private func warnOfFractions(
        _ mapped: MappingTree.Field,
        _ pair: YAMLNode.Pair,
        _ reading: inout Reading
    ) {
        reading.warn(
            .mapping,
            "`\(pair.key)` may have a fraction, which a field of type \(mapped.type) cuts off",
            at: pair.value["type"]?.mark ?? pair.value["value"]?.mark ?? pair.keyMark,
            cause: MappingFit.coerces(mapped)
                ? "the engine coerces: 2.7 stays in _source and is 2 in the index, for queries and in a table's column"
                : "with coerce: false the engine refuses every document that has one",
            fix:
                "map `\(pair.key)` as double; or give the field `type: long`, which sets a document with a fraction aside"
        )
    }

    /// The fields of an ordered fold are known from its rules.
    private func checkState(_ tree: MappingTree, _ reading: inout Reading) {
        guard case .ordered(let rules) = definition.aggregate.fold else { return }
        var seen: Set<FieldPath> = []
        for (type, rule) in rules.byType.sorted(by: { $0.key < $1.key }) {
            guard case .apply(let steps) = rule else { continue }
            for step in steps where step.verb != .unset && seen.insert(step.field).inserted {
                let name = step.field.dotted
                let verb = root["aggregate"]?["apply"]?[type.string]?[step.verb.rawValue]
                guard let mark = verb?.pair(name)?.keyMark else { continue }
                switch tree.place(of: step.field) {
                case .unmapped(isRefused: true): reportUnmapped(name, at: mark, tree, &reading)
                case .beneath(let outer, let type): reportBeneath(name, outer, type, at: mark, &reading)
                default: break
                }
            }
        }
    }

    private func isObject(_ form: FieldForm) -> Bool {
        switch form {
        case .object, .constant(.object), .constant(.null): true
        case .constant(.array(let elements)): elements.allSatisfy { $0.asObject != nil }
        default: false
        }
    }

    private func report(_ form: FieldForm, _ type: String, _ pair: YAMLNode.Pair, _ reading: inout Reading) {
        reading.report(
            .mapping,
            "`\(pair.key)` is \(form.word), which a field of type \(type) refuses",
            at: pair.value["type"]?.mark ?? pair.keyMark,
            fix: "change the field's type in `document`, or in `index.mappings`"
        )
    }

    private func reportUnmapped(
        _ name: String,
        at mark: SourceMark,
        _ tree: MappingTree,
        _ reading: inout Reading
    ) {
        reading.report(
            .mapping,
            "the mapping lacks `\(name)`, and it is strict",
            at: mark,
            cause: "every document with this field would be refused",
            fix: NearestWord.of(name, among: tree.fieldNames).map {
                "did you mean `\($0)`? Or add it to `index.mappings`"
            }
                ?? "add it to `index.mappings`"
        )
    }

    private func reportBeneath(
        _ name: String,
        _ outer: String,
        _ type: String,
        at mark: SourceMark,
        _ reading: inout Reading
    ) {
        reading.report(
            .mapping,
            "`\(name)` needs an object at `\(outer)`, which the mapping has as \(type)",
            at: mark,
            fix: "map `\(outer)` with `properties`, or rename the field"
        )
    }
}
