package import RefoldBytes

/// The Swift types that manifests may name.
package struct TypeRegistry: Sendable {
    private let aggregates: [String: any Aggregate.Type]
    private let upcasters: [String: any Upcaster]

    /// No types.
    package init() {
        aggregates = [:]
        upcasters = [:]
    }

    /// Types under their names; throws `model.duplicate_type` when two of a kind share one.
    package init(
        aggregates: [any Aggregate.Type],
        upcasters: [any Upcaster] = []
    ) throws(ModelError) {
        var namedAggregates: [String: any Aggregate.Type] = [:]
        for aggregate in aggregates {
            let name = "\(aggregate)"
            guard namedAggregates.updateValue(aggregate, forKey: name) == nil else {
                throw Self.duplicate(name)
            }
        }
        var namedUpcasters: [String: any Upcaster] = [:]
        for upcaster in upcasters {
            let name = "\(type(of: upcaster))"
            guard namedUpcasters.updateValue(upcaster, forKey: name) == nil else {
                throw Self.duplicate(name)
            }
        }
        self.aggregates = namedAggregates
        self.upcasters = namedUpcasters
    }

    /// The aggregate type of a name.
    package func aggregate(named name: String) throws(ModelError) -> any Aggregate.Type {
        guard let type = aggregates[name] else {
            throw unknown("aggregate", name, among: aggregates.keys.sorted())
        }
        return type
    }

    /// The upcaster of a name.
    package func upcaster(named name: String) throws(ModelError) -> any Upcaster {
        guard let type = upcasters[name] else {
            throw unknown("upcaster", name, among: upcasters.keys.sorted())
        }
        return type
    }

    /// What of the Swift types belongs to a run's identity: name, version and digest of each that a read model names.
    package func identity(for definition: ReadModelDefinition) throws(ModelError) -> JSONValue {
        var parts: [JSONValue] = []
        for rule in definition.upcast {
            guard case .swift(let name) = rule else { continue }
            let upcaster = type(of: try upcaster(named: name))
            parts.append(Self.identity(name, version: upcaster.version, digest: upcaster.digest))
        }
        if case .swift(let name) = definition.aggregate.fold {
            let aggregate = try aggregate(named: name)
            parts.append(Self.identity(name, version: aggregate.version, digest: aggregate.digest))
        }
        return .array(parts)
    }

    private static func identity(_ name: String, version: Int, digest: String?) -> JSONValue {
        var object: JSONObject = ["name": .text(name), "version": .integer(version)]
        object["digest"] = digest.map { .text($0) }
        return .object(object)
    }

    private static func duplicate(_ name: String) -> ModelError {
        ModelError(
            .duplicateType,
            "two Swift types are registered as \(name)",
            place: name,
            fix: "rename one of them: manifests name a type by its bare name"
        )
    }

    private func unknown(_ kind: String, _ name: String, among known: [String]) -> ModelError {
        ModelError(
            .unknownType,
            "no Swift \(kind) is registered as \(name)",
            place: name,
            cause: known.isEmpty ? "none is registered" : "registered: \(known.joined(separator: ", "))",
            fix: "register it in RefoldCommand.main of your own refold"
        )
    }
}
