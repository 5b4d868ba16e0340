internal import RefoldBytes
internal import RefoldModel

extension Shape where Value == [FieldDefinition.TemplatePart] {
    /// Text with `{path}` parts: `{Name.FirstName} {Name.LastName}`.
    static var template: Shape {
        let schema: JSONObject = ["type": "string", "pattern": "^[^{}]*(\\{[^{}]+\\}[^{}]*)+$"]
        return Shape(description: .scalar(word: "a template", schema: schema)) { node, reading in
            guard let text = node.text else {
                reading.report(
                    .type,
                    "expected a template, found \(reading.describe(node))",
                    at: node.mark,
                    fix: "for example {FirstName} {LastName}"
                )
                return nil
            }
            return parts(of: text, node, &reading)
        }
    }

    private static func parts(of text: String, _ node: YAMLNode, _ reading: inout Reading) -> Value? {
        var parts: Value = []
        var rest = text[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if open > rest.startIndex { parts.append(.text(ByteString(String(rest[..<open])))) }
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                reading.report(
                    .value,
                    "a brace of the template has no partner",
                    at: node.mark,
                    fix: "close it: {Field}"
                )
                return nil
            }
            let name = YAMLNode(.text(String(rest[rest.index(after: open)..<close])), at: node.mark)
            guard let source = Shape<ValueSource>.source.read(name, &reading) else { return nil }
            parts.append(.source(source))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(ByteString(String(rest)))) }
        let hasSource = parts.contains {
            if case .source = $0 { true } else { false }
        }
        guard hasSource else {
            reading.report(
                .value,
                "the template takes nothing from the state",
                at: node.mark,
                fix: "name a path in braces, or write { value: … } for a constant"
            )
            return nil
        }
        return parts
    }
}
