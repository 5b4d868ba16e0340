import Foundation
import RefoldBytes
import Testing

/// As much of JSON Schema draft-07 as the schemas use; an unknown keyword is a failure of the test.
struct SchemaValidator {
    private let root: JSONValue
    private let patterns = Patterns()

    init(_ schema: JSONValue) { root = schema }

    /// Compiled expressions; one test owns them.
    private final class Patterns {
        private var compiled: [String: NSRegularExpression] = [:]

        func matches(_ text: String, _ pattern: String) -> Bool {
            let range = NSRange(text.startIndex..., in: text)
            do {
                let expression = try compiled[pattern] ?? NSRegularExpression(pattern: pattern)
                compiled[pattern] = expression
                return expression.firstMatch(in: text, range: range) != nil
            } catch {
                Issue.record("the pattern \(pattern) does not compile: \(error)")
                return false
            }
        }
    }

    func accepts(_ value: JSONValue) -> Bool { accepts(value, root) }

    private func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        if let reference = schema["$ref"]?.asString {
            let name = ByteString(String(reference.dropFirst("#/definitions/".count)))
            return root["definitions"]?[name].map { accepts(value, $0) } ?? false
        }
        return (schema.asObject?.members ?? []).allSatisfy {
            holds($0.name.string, $0.value, of: value, schema)
        }
    }

    private func holds(_ keyword: String, _ rule: JSONValue, of value: JSONValue, _ schema: JSONValue) -> Bool
    {
        switch keyword {
        case "$schema", "title", "description", "default", "definitions": return true
        case "type": return (rule.asArray ?? [rule]).contains { isOfType(value, $0.asString ?? "") }
        case "enum": return rule.asArray?.contains(value) == true
        case "const": return rule == value
        case "pattern":
            guard let text = value.asString, let pattern = rule.asString else { return true }
            return patterns.matches(text, pattern)
        case "minimum", "maximum":
            guard case .number(let text) = value, let number = Double(text.string),
                case .number(let limit) = rule, let bound = Double(limit.string)
            else { return true }
            return keyword == "minimum" ? number >= bound : number <= bound
        case "items": return value.asArray?.allSatisfy { accepts($0, rule) } ?? true
        case "minItems": return value.asArray.map { $0.count >= Int(rule.asInt64 ?? 0) } ?? true
        case "minProperties": return value.asObject.map { $0.count >= Int(rule.asInt64 ?? 0) } ?? true
        case "required":
            return value.asObject.map { object in
                (rule.asArray ?? []).allSatisfy { $0.asString.flatMap { object[ByteString($0)] } != nil }
            } ?? true
        case "properties":
            return value.asObject?.members.allSatisfy { member in
                rule[member.name].map { accepts(member.value, $0) } ?? true
            } ?? true
        case "additionalProperties":
            return value.asObject?.members.allSatisfy { member in
                if schema["properties"]?[member.name] != nil { return true }
                return rule == false ? false : rule == true ? true : accepts(member.value, rule)
            } ?? true
        case "anyOf": return rule.asArray?.contains { accepts(value, $0) } == true
        case "oneOf": return (rule.asArray ?? []).count { accepts(value, $0) } == 1
        case "allOf": return rule.asArray?.allSatisfy { accepts(value, $0) } == true
        default: return false
        }
    }

    private func isOfType(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object),
            ("number", .number):
            true
        case ("integer", .number(let text)): Int(text.string) != nil
        default: false
        }
    }
}

/// A value with one part changed, added or taken away, in every place.
enum Mutants {
    struct Mutant {
        var what: String
        var value: JSONValue
    }

    static func of(_ value: JSONValue) -> [Mutant] { mutants(value, "") }

    private static let samples: [JSONValue] = [
        .null, true, 7, -1, .number("0.5"), "x", "", "$id", "64MiB", "30s", "auto", [], [:], ["x"],
        ["x": "y"],
    ]

    private static func mutants(_ value: JSONValue, _ path: String) -> [Mutant] {
        var all = samples.filter { $0 != value }.map { Mutant(what: "\(path) = \($0.canonical)", value: $0) }
        if case .object(let object) = value {
            for member in object.members {
                var without = object
                without[member.name] = nil
                all.append(Mutant(what: "\(path) without \(member.name)", value: .object(without)))
                for inner in mutants(member.value, "\(path).\(member.name)") {
                    var changed = object
                    changed[member.name] = inner.value
                    all.append(Mutant(what: inner.what, value: .object(changed)))
                }
            }
            for name in [
                "zzz", "from", "take", "apply", "type", "payload", "opensearch", "env", "asOf", "min",
            ] where object[ByteString(name)] == nil {
                var more = object
                more[ByteString(name)] = "x"
                all.append(Mutant(what: "\(path) with \(name)", value: .object(more)))
            }
        }
        if case .array(let elements) = value {
            for (index, element) in elements.enumerated() {
                for inner in mutants(element, "\(path)[\(index)]") {
                    var changed = elements
                    changed[index] = inner.value
                    all.append(Mutant(what: inner.what, value: .array(changed)))
                }
            }
        }
        return all
    }
}
