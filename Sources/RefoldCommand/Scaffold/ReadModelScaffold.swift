import RefoldBytes

/// The first manifest of a read model, made of what a sample of its events shows.
struct ReadModelScaffold: Sendable {
    /// Texts that are longer are searched, not matched as a whole.
    private static let longestKeyword = 256

    private let entity: String
    private var fields: [(target: String, source: String)] = []
    private var mappings: [(target: String, type: String)] = []
    private var left: [String] = []

    /// The read model's name and alias.
    let name: String

    /// A read model of one entity, named unlike those that are there.
    init(entity: ByteString, fields shapes: [ByteString: ValueShape], besides taken: [String]) {
        self.entity = entity.string
        let plain = Self.name(of: entity.string)
        let numbered = (2...taken.count + 2).lazy.map { "\(plain)-\($0)" }
        name = taken.contains(plain) ? numbered.first { !taken.contains($0) } ?? plain : plain
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
            // A dot in a name would be read as a path.
            add(name.string, name.bytes.contains(UInt8(ascii: ".")) ? .mixed : shape)
        }
    }

    /// The entity in lower case, without `__c`.
    private static func name(of entity: String) -> String {
        let base = entity.hasSuffix("__c") ? String(entity.dropLast(3)) : entity
        let safe = base.lowercased().unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let trimmed = String(String(safe).drop { $0 == "-" })
        return trimmed.isEmpty ? "documents" : trimmed
    }

    /// The manifest.
    var text: String {
        var text = """
            apiVersion: refold/v1
            kind: ReadModel
            name: \(name)
            version: 1                      # raise it with every change
            events:
              format: salesforce-cdc
            aggregate:
              entities: [\(quoted(entity))]
              fold: merge
            document:
              id: $id
              fields:

            """
        for (target, source) in fields { text += "    \(target): \(source)\n" }
        for name in left { text += "    # \(name): the sample shows no single type; choose one\n" }
        if fields.isEmpty { text += "    id: $id\n" }
        text += "index:\n  alias: \(name)\n  mappings:\n    dynamic: strict\n    properties:\n"
        if fields.isEmpty { text += "      id: { type: keyword }\n" }
        return text + properties
    }

    private mutating func add(_ path: String, _ shape: ValueShape) {
        switch shape {
        case .object(let components) where !path.contains("."):
            for (name, shape) in components.sorted(by: { $0.key < $1.key }) {
                add("\(path).\(name.string)", shape)
            }
        case .unknown, .mixed, .object: left.append(quoted(path))
        case .text(let longest): add(path, nil, mapped: longest > Self.longestKeyword ? "text" : "keyword")
        case .integer: add(path, "long", mapped: "long")
        case .decimal: add(path, "double", mapped: "double")
        case .boolean: add(path, "boolean", mapped: "boolean")
        case .instant: add(path, "date", mapped: "date")
        case .day: add(path, "day", mapped: "date")
        }
    }

    private mutating func add(_ path: String, _ type: String?, mapped: String) {
        let name = quoted(path)
        fields.append((name, type.map { "{ from: \(name), type: \($0) }" } ?? name))
        mappings.append((path, mapped))
    }

    /// The mapping, components inside their object.
    private var properties: String {
        var text = ""
        var open: Substring?
        for (path, type) in mappings {
            let names = path.split(separator: ".", maxSplits: 1)
            guard names.count == 2 else {
                open = nil
                text += "      \(quoted(path)): { type: \(type) }\n"
                continue
            }
            if open != names[0] { text += "      \(quoted(String(names[0]))):\n        properties:\n" }
            open = names[0]
            text += "          \(quoted(String(names[1]))): { type: \(type) }\n"
        }
        return text
    }

    /// A name as YAML takes it: plain where it is a word of its own, else in JSON's quotes.
    private func quoted(_ name: String) -> String {
        let isPlain = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789_.".unicodeScalars.contains($0))
        }
        let isWord = name.unicodeScalars.first?.properties.isAlphabetic == true
        guard isPlain, isWord, !["true", "false", "null"].contains(name.lowercased()) else {
            return JSONValue.text(name).canonical.string
        }
        return name
    }
}
