internal import RefoldBytes
internal import RefoldModel

extension Shape where Value == String {
    /// A text; `word` names it in messages, `pattern` is its form in the JSON Schema's regular expressions.
    ///
    /// `isValid` must take exactly what `pattern` takes; the tests hold both to one table.
    static func text(
        _ word: String = "a text",
        pattern: StaticString? = nil,
        example: String? = nil,
        where isValid: @escaping @Sendable (String) -> Bool = { _ in true }
    ) -> Shape {
        var schema: JSONObject = ["type": "string"]
        if let pattern { schema["pattern"] = .text("\(pattern)") }
        return Shape(description: .scalar(word: word, schema: schema)) { node, reading in
            guard let text = node.text else {
                var quotes: String?
                if case .number(let digits)? = node.scalar, isValid(digits.string) {
                    quotes = "write it in quotes to make it a text"
                }
                reading.report(
                    .type,
                    "expected \(word), found \(reading.describe(node))",
                    at: node.mark,
                    fix: quotes ?? example.map { "for example \($0)" }
                )
                return nil
            }
            guard isValid(text) else {
                reading.report(
                    .value,
                    "\(reading.describe(node)) is not \(word)",
                    at: node.mark,
                    fix: example.map { "for example \($0)" }
                )
                return nil
            }
            return text
        }
    }

    /// A text that is not empty.
    static var nonEmpty: Shape {
        .text("a text", pattern: "^[\\s\\S]") { !$0.isEmpty }
    }

    /// The name of a job, read model or target: it stands in logs, file names and `_meta`.
    static var name: Shape {
        .text("a name", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", example: "clients") { text in
            let letters = text.unicodeScalars.filter {
                "._-".unicodeScalars.contains($0) || $0.isASCIIAlphanumeric
            }
            return letters.count == text.unicodeScalars.count && (1...100).contains(letters.count)
                && text.unicodeScalars.first?.isASCIIAlphanumeric == true
        }
    }

    /// A path in the file system, made absolute from the folder of the text it stands in.
    static var path: Shape {
        Shape.text("a path", pattern: "^[\\s\\S]") { !$0.isEmpty }.checked { path, node, _ in
            FilePath.resolve(path, from: node.mark.source.directory)
        }
    }

    /// One of some words, the nearest of which is named when it is none of them; the word `null` may be YAML's null.
    static func word(of words: [String]) -> Shape {
        let list = words.map { "`\($0)`" }.joined(separator: ", ")
        let values = words.map { $0 == "null" ? JSONValue.null : .text($0) }
        return Shape(description: .scalar(word: list, schema: ["enum": .array(values)])) { node, reading in
            if node.scalar == .null, words.contains("null") { return "null" }
            if let text = node.text, words.contains(text), text != "null" { return text }
            let found = node.text ?? ""
            reading.report(
                .value,
                "expected \(words.count == 1 ? list : "one of \(list)"), found \(reading.describe(node))",
                at: node.mark,
                fix: NearestWord.of(found, among: words).map { "did you mean `\($0)`?" }
            )
            return nil
        }
    }
}

extension Shape where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var word: Shape {
        Shape<String>.word(of: Value.allCases.map(\.rawValue)).checked { word, _, _ in Value(rawValue: word) }
    }
}

extension Shape where Value == ByteString {
    /// A text that is not empty, compared by its bytes.
    static var bytes: Shape { Shape<String>.nonEmpty.map { ByteString($0) } }
}

extension Shape where Value == FieldPath {
    /// A dotted path; no part is empty and none is a built-in.
    static var fieldPath: Shape {
        Shape<String>.text("a field path", pattern: "^[^.$][^.]*(\\.[^.]+)*$", example: "BillingAddress.City")
        { text in
            FieldPath(text).names.allSatisfy { !$0.isEmpty } && text.utf8.first != UInt8(ascii: "$")
        }.map { FieldPath($0) }
    }
}

extension Shape where Value == ValueSource {
    /// A path of the state, or a built-in such as `$id`.
    static var source: Shape {
        let builtIns = BuiltInSource.allCases.map { $0.rawValue.dropFirst() }.joined(separator: "|")
        let schema: JSONObject = [
            "type": "string", "pattern": .text("^(\\$(\(builtIns))|[^.$][^.]*(\\.[^.]+)*)$"),
        ]
        return Shape(description: .scalar(word: "a field path or a built-in", schema: schema)) {
            node,
            reading in
            if let text = node.text, text.utf8.first == UInt8(ascii: "$") {
                if let builtIn = BuiltInSource(rawValue: text) { return .builtIn(builtIn) }
                let known = BuiltInSource.allCases.map(\.rawValue)
                reading.report(
                    .value,
                    "\(reading.describe(node)) is no built-in",
                    at: node.mark,
                    fix: NearestWord.of(text, among: known).map { "did you mean `\($0)`?" }
                        ?? "known: \(known.joined(separator: ", "))"
                )
                return nil
            }
            return Shape<FieldPath>.fieldPath.read(node, &reading).map { .path($0) }
        }
    }
}

extension Unicode.Scalar {
    /// A letter or digit of ASCII.
    var isASCIIAlphanumeric: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: false
        }
    }
}
