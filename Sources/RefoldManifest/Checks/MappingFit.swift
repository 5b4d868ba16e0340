internal import RefoldBytes
internal import RefoldModel

/// Whether a search engine takes a form of value in a mapped field.
///
/// Source: DOMAIN, sections 4.1 and 4.6; what depends on the content of a text is left to the load.
enum MappingFit {
    private static let numbers: Set<String> = [
        "long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float", "unsigned_long",
    ]
    private static let texts: Set<String> = [
        "text", "keyword", "wildcard", "match_only_text", "constant_keyword",
    ]

    /// Whether the engine refuses the form; false when it cannot be said.
    static func isRefused(_ form: FieldForm, by field: MappingTree.Field) -> Bool {
        if case .constant(let value) = form { return isRefused(value, by: field) }
        if ["flat_object", "flattened"].contains(field.type) { return form != .object }
        let isKnown =
            numbers.contains(field.type) || texts.contains(field.type)
            || ["boolean", "date", "ip"].contains(field.type)
        guard isKnown else { return false }
        if form == .object { return true }
        if field.parameters["ignore_malformed"] == true, field.type != "boolean" { return false }
        switch field.type {
        case "boolean": return form != .boolean && form != .text
        case "date": return form == .boolean || form == .time && hasOnlyEpochFormats(field)
        case "ip": return form != .text
        case let type where numbers.contains(type): return form == .boolean || form == .time
        default: return false
        }
    }

    /// Whether the field says of itself that it may have fractions, and its mapping has no place for them.
    static func cutsFractions(of field: FieldDefinition, _ mapped: MappingTree.Field) -> Bool {
        guard ["long", "integer", "short", "byte", "unsigned_long"].contains(mapped.type) else {
            return false
        }
        if field.type == .double { return true }
        if case .first(let alternatives) = field.source, field.type == nil, field.map == nil {
            if alternatives.contains(where: { cutsFractions(of: $0, mapped) }) { return true }
        }
        return FieldForm.possible(of: field).contains { form in
            guard case .constant(.number(let text)) = form, let number = Double(text.string) else {
                return false
            }
            return number.rounded(.towardZero) != number
        }
    }

    /// Whether a number with a fraction is taken, and cut.
    static func coerces(_ field: MappingTree.Field) -> Bool {
        let value = field.parameters["coerce"]
        return value != false && value != "false"
    }

    private static func hasOnlyEpochFormats(_ field: MappingTree.Field) -> Bool {
        guard let formats = field.parameters["format"]?.asString else { return false }
        return formats.split(separator: "|").allSatisfy { $0.hasPrefix("epoch_") }
    }

    private static func isRefused(_ value: JSONValue, by field: MappingTree.Field) -> Bool {
        switch value {
        case .null: return false
        case .array(let elements): return elements.contains { isRefused($0, by: field) }
        case .object: return isRefused(.object, by: field)
        case .bool: return isRefused(.boolean, by: field)
        case .number: return isRefused(.number, by: field)
        case .string(let text):
            if isRefused(.text, by: field) { return true }
            guard field.parameters["ignore_malformed"] != true || field.type == "boolean" else {
                return false
            }
            switch field.type {
            case "boolean": return !["true", "false", ""].contains(text.string)
            case let type where numbers.contains(type): return Double(text.string) == nil
            default: return false
            }
        }
    }
}
