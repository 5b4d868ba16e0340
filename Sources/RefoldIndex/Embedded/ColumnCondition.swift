import RefoldBytes
import RefoldModel
import RefoldSQLite

/// How a value is compared.
enum Comparison: String {
    case greater = ">"
    case atLeast = ">="
    case less = "<"
    case atMost = "<="
}

/// Conditions on one column; a list in it matches when one of its elements does.
///
/// A list is JSON, so a column that begins with a bracket is looked at again as one. Shape: a text that itself reads
/// as a JSON list is taken for a list here, and only here.
struct ColumnCondition {
    private let layout: TableLayout
    private let column: MappedColumn
    private let name: String

    init(_ layout: TableLayout, _ column: Int) {
        self.layout = layout
        self.column = layout.mapping.columns[column]
        name = TableLayout.quoted(self.column.path.string)
    }

    /// A value other than null is there.
    var exists: SQLCondition {
        switch column.type {
        case .nested, .flatObject: SQLCondition(sql: "(\(name) IS NOT NULL AND \(name) NOT IN ('[]', '{}'))")
        default:
            SQLCondition(
                sql: "(\(name) IS NOT NULL AND (NOT \(isList) OR \(anyElement("element.atom IS NOT NULL"))))"
            )
        }
    }

    /// The value, or an element, is equal; nil: the value does not fit the type.
    func term(_ value: JSONValue) -> SQLCondition? {
        guard let text = value.scalarText else { return nil }
        switch column.type {
        case .text, .matchOnlyText:
            // A term is one token as it is kept: in lower case, and whole.
            let words = FullText.words(text.string)
            guard words.count == 1, words.first == text.string, text.string == text.string.lowercased() else {
                return .never
            }
            return fullText(text.string, joinedBy: "OR")
        case .date, .dateNanos:
            guard let interval = column.dateFormat?.interval(of: text) else { return nil }
            let bounds: [SQLValue] = [.integer(interval.lowerBound), .integer(interval.upperBound)]
            return either({ "\(instant($0)) BETWEEN ? AND ?" }, bounds)
        case .boolean:
            guard let truth = value.lenientBool ?? (text.isEmpty ? false : nil) else { return nil }
            return either({ "\($0) = ?" }, [.integer(truth ? 1 : 0)])
        case .nested, .flatObject: return .never
        default:
            guard column.type.isNumber else { return either({ "CAST(\($0) AS TEXT) = ?" }, [.text(text)]) }
            return number(text).map { number in either({ "CAST(\($0) AS NUMERIC) = ?" }, [number]) }
        }
    }

    /// The value, or an element, compares so; nil: the bound does not fit the type.
    func compared(_ comparison: Comparison, _ bound: JSONValue) -> SQLCondition? {
        guard let text = bound.scalarText else { return nil }
        let sign = comparison.rawValue
        if column.type.isDate {
            guard let interval = column.dateFormat?.interval(of: text) else { return nil }
            // A day is a span: greater than a day is behind it, at most a day is up to its end.
            let isEnd = comparison == .greater || comparison == .atMost
            let value = SQLValue.integer(isEnd ? interval.upperBound : interval.lowerBound)
            return either({ "\(instant($0)) \(sign) ?" }, [value])
        }
        if column.type.isNumber {
            return number(text).map { number in either({ "CAST(\($0) AS NUMERIC) \(sign) ?" }, [number]) }
        }
        guard column.type == .keyword || column.type == .wildcard else { return nil }
        return either({ "CAST(\($0) AS TEXT) \(sign) ?" }, [.text(text)])
    }

    /// The words of a text are in the column: one of them, or all.
    func fullText(_ text: String, joinedBy word: String) -> SQLCondition {
        let words = FullText.words(text)
        guard !words.isEmpty else { return .never }
        let fullText = TableLayout.quoted(layout.fullTextName)
        let query = words.map { "\"\($0)\"" }.joined(separator: " \(word) ")
        return SQLCondition(
            sql: "(\(layout.rowName) IN (SELECT rowid FROM \(fullText) WHERE \(fullText) MATCH ?))",
            values: [.string("\(name) : (\(query))")]
        )
    }

    private func instant(_ expression: String) -> String {
        let format = TableLayout.quotedText((column.dateFormat ?? .standard).text)
        return "\(InstantFunction.name)(\(format), \(expression))"
    }

    private func number(_ text: ByteString) -> SQLValue? {
        guard let number = DecimalNumber(text.bytes.span, as: .coerced) else { return nil }
        if let value = number.int64 { return .integer(value) }
        return Double(text.string).map { .real($0) }
    }

    private var isList: String {
        "(typeof(\(name)) = 'text' AND substr(\(name), 1, 1) = '[' AND json_valid(\(name)))"
    }

    private func anyElement(_ condition: String) -> String {
        "EXISTS (SELECT 1 FROM json_tree(CASE WHEN \(isList) THEN \(name) ELSE '[]' END) AS element "
            + "WHERE \(condition))"
    }

    /// The condition on the value, or on an element of a list.
    private func either(_ condition: (String) -> String, _ values: [SQLValue]) -> SQLCondition {
        SQLCondition(
            sql: "CASE WHEN \(isList) THEN "
                + anyElement("element.atom IS NOT NULL AND " + condition("element.atom"))
                + " ELSE \(condition(name)) END",
            values: values + values
        )
    }
}

/// Words as the full-text table cuts them.
enum FullText {
    /// Runs of letters, marks, digits and underscores.
    static func words(_ text: String) -> [String] {
        text.unicodeScalars.split { !isWordCharacter($0) }.map { String(String.UnicodeScalarView($0)) }
    }

    private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return true }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark, .privateUse:
            return true
        default: return false
        }
    }
}

extension JSONValue {
    /// The text of a string, a number or a boolean.
    var scalarText: ByteString? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        default: nil
        }
    }
}
