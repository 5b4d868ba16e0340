package import RefoldBytes
package import RefoldModel

extension TargetDefinition {
    /// Where it is, as a manifest says it: secrets stay references.
    package var json: JSONValue {
        switch place {
        case .embedded(let path): ["embedded": .text(path)]
        case .file(let path): ["file": .text(path)]
        case .openSearch(let value): ["opensearch": value]
        }
    }

    /// A target as ``json`` wrote it; nil for another value.
    package init?(json: JSONValue) {
        if let path = json["embedded"]?.asString {
            self.init(place: .embedded(path: path))
        } else if let path = json["file"]?.asString {
            self.init(place: .file(path: path))
        } else if let value = json["opensearch"] {
            self.init(place: .openSearch(value))
        } else {
            return nil
        }
    }
}

extension KnownDefinition {
    /// The definitions of a job, for the ledger.
    static func json(of readModels: [ReadModelDefinition]) -> JSONValue {
        .array(
            readModels.map {
                ["name": .text($0.name), "version": .integer($0.version), "definition": $0.source]
            }
        )
    }

    /// Definitions as ``json(of:)`` wrote them.
    static func list(json: JSONValue) -> [KnownDefinition] {
        (json.asArray ?? []).compactMap { value in
            guard let name = value["name"]?.asString, let version = value["version"]?.asInt,
                let definition = value["definition"]
            else { return nil }
            return KnownDefinition(name: name, version: version, definition: definition)
        }
    }
}
