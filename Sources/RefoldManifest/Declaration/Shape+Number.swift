internal import RefoldBytes
internal import RefoldModel

extension Shape where Value == Bool {
    /// What people write who mean a boolean.
    private static var meant: [String: Bool] {
        [
            "yes": true, "on": true, "y": true, "true": true, "no": false, "off": false, "n": false,
            "false": false,
        ]
    }

    /// `true` or `false`.
    static var boolean: Shape {
        Shape(description: .scalar(word: "true or false", schema: ["type": "boolean"])) { node, reading in
            if let value = node.scalar?.asBool { return value }
            reading.report(
                .type,
                "expected true or false, found \(reading.describe(node))",
                at: node.mark,
                fix: node.text.flatMap { meant[$0.lowercased()] }.map { "write \($0), without quotes" }
            )
            return nil
        }
    }
}

extension Shape where Value == Int {
    /// An integer within bounds.
    static func integer(_ bounds: ClosedRange<Int>) -> Shape {
        let isOpen = bounds.upperBound == .max
        let word =
            isOpen
            ? "an integer from \(bounds.lowerBound)" : "an integer \(bounds.lowerBound)…\(bounds.upperBound)"
        var schema: JSONObject = ["type": "integer", "minimum": .integer(bounds.lowerBound)]
        if !isOpen { schema["maximum"] = .integer(bounds.upperBound) }
        return Shape(description: .scalar(word: word, schema: schema)) { node, reading in
            guard case .number(let text)? = node.scalar else {
                let isQuoted = node.text.map { Int($0) != nil } ?? false
                reading.report(
                    .type,
                    "expected \(word), found \(reading.describe(node))",
                    at: node.mark,
                    fix: isQuoted ? "write it without quotes" : nil
                )
                return nil
            }
            if let value = Int(text.string), bounds.contains(value) { return value }
            reading.report(.value, "expected \(word), found \(reading.describe(node))", at: node.mark)
            return nil
        }
    }

    /// Bytes with their unit: `64MiB`, `10MB`.
    static var size: Shape {
        Shape<String>.text(
            "a size",
            pattern: "^[0-9]{1,18}(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$",
            example: "64MiB"
        ) {
            ByteSize.bytes($0) != nil
        }.checked { text, _, _ in ByteSize.bytes(text) }
    }
}

extension Shape where Value == Double {
    /// A number within bounds.
    static func number(_ bounds: ClosedRange<Double>) -> Shape {
        let word = "a number from \(bounds.lowerBound) to \(bounds.upperBound)"
        let schema: JSONObject = [
            "type": "number", "minimum": .number(ByteString("\(bounds.lowerBound)")),
            "maximum": .number(ByteString("\(bounds.upperBound)")),
        ]
        return Shape(description: .scalar(word: word, schema: schema)) { node, reading in
            if case .number(let text)? = node.scalar, let value = Double(text.string), bounds.contains(value)
            {
                return value
            }
            reading.report(.value, "expected \(word), found \(reading.describe(node))", at: node.mark)
            return nil
        }
    }

    /// Seconds with their unit: `30s`, `5m`, `500ms`.
    static var duration: Shape {
        Shape<String>.text("a duration", pattern: "^[0-9]{1,9}(ms|s|m|h|d)$", example: "30s") {
            DurationText.seconds($0) != nil
        }.checked { text, _, _ in DurationText.seconds(text) }
    }
}

extension Shape where Value == Int64 {
    /// An instant with `Z` or an offset, as milliseconds since 1970.
    static var time: Shape {
        let pattern: StaticString =
            "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:?\\d{2})$"
        return Shape<String>.text(
            "a time with Z or an offset",
            pattern: pattern,
            example: "2026-03-01T18:00:00Z"
        ) {
            ZonedTime.milliseconds($0) != nil
        }.checked { text, _, _ in ZonedTime.milliseconds(text) }
    }
}

extension Shape {
    /// `auto`, which gives nil, or a value.
    static func auto<Wrapped>(or value: Shape<Wrapped>) -> Shape<Wrapped?> where Value == Wrapped? {
        let auto = ShapeDescription.scalar(word: "`auto`", schema: ["const": "auto"])
        return Shape(description: .either([auto, value.description])) { node, reading in
            node.text == "auto" ? .some(nil) : value.read(node, &reading).map { .some($0) }
        }
    }
}

extension Shape where Value == JSONValue {
    /// A scalar as it is: text, number, boolean or null.
    static var literal: Shape {
        let schema: JSONObject = ["type": ["string", "number", "boolean", "null"]]
        return Shape(description: .scalar(word: "a literal", schema: schema)) { node, reading in
            if let value = node.scalar { return value }
            reading.report(
                .type,
                "expected a text, number, boolean or null, found \(reading.describe(node))",
                at: node.mark
            )
            return nil
        }
    }

    /// Any value as it is.
    static var any: Shape {
        Shape(description: .scalar(word: "any value", schema: [:])) { node, _ in node.json }
    }
}

extension Shape where Value == JSONObject {
    /// A mapping as it is.
    static var object: Shape {
        Shape(description: .scalar(word: "a mapping", schema: ["type": "object"])) { node, reading in
            if let object = node.json.asObject { return object }
            reading.report(.type, "expected a mapping, found \(reading.describe(node))", at: node.mark)
            return nil
        }
    }
}
