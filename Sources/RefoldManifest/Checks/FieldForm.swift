internal import RefoldBytes
internal import RefoldModel

/// What can be said, before any event is read, of the values a document field will have.
enum FieldForm: Hashable {
    /// Text of unknown content.
    case text
    /// A boolean.
    case boolean
    /// An integer.
    case integer
    /// A number.
    case number
    /// An ISO 8601 time or date.
    case time
    /// Objects.
    case object
    /// This value.
    case constant(JSONValue)

    /// The forms that a field may have; one that cannot be known is left out.
    static func possible(of field: FieldDefinition) -> [FieldForm] {
        var forms = sourceForms(field)
        if let type = field.type { forms = [form(of: type)] }
        if let value = field.defaultValue { forms.append(.constant(value)) }
        return forms
    }

    private static func form(of type: ValueType) -> FieldForm {
        switch type {
        case .string: .text
        case .boolean: .boolean
        case .long, .unsignedLong: .integer
        case .double: .number
        case .date, .day: .time
        }
    }

    private static func sourceForms(_ field: FieldDefinition) -> [FieldForm] {
        if let map = field.map { return map.map { .constant($0.to) } }
        if field.split != nil { return [.text] }
        switch field.source {
        case .from(.builtIn(let builtIn)): return builtInForms(builtIn)
        case .from(.path), .lookup: return []
        case .first(let alternatives): return alternatives.flatMap { possible(of: $0) }
        case .template: return [.text]
        case .value(let value): return [.constant(value)]
        case .collect(let collect):
            switch collect.result {
            case .take: return [.object]
            case .count: return [.integer]
            case .sum: return [.number]
            case .min, .max: return []
            }
        }
    }

    private static func builtInForms(_ builtIn: BuiltInSource) -> [FieldForm] {
        switch builtIn {
        case .key, .id, .entity, .type: [.text]
        case .position, .version: [.integer]
        case .time: []
        }
    }

    /// The form in a sentence.
    var word: String {
        switch self {
        case .text: "a text"
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .time: "a time as ISO 8601 text"
        case .object: "objects"
        case .constant: "this value"
        }
    }
}
