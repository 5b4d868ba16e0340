import RefoldBytes
import RefoldSQLite

/// The mappings of an index, compiled: what a document may hold, and which column keeps what.
struct Mapping: Sendable {
    /// The document itself.
    let root: MappedObject
    /// One column per mapped leaf field, in the order of the definition.
    let columns: [MappedColumn]
    /// Fields that are another name for a field: dotted path to dotted path.
    let aliases: [ByteString: ByteString]

    /// The column of a dotted path, followed through an alias field.
    func column(_ path: ByteString) -> Int? {
        let path = aliases[path] ?? path
        return columns.firstIndex { $0.path == path }
    }
}

/// One column of an index's table.
struct MappedColumn: Sendable {
    /// The field's dotted path, which is the column's name.
    let path: ByteString
    /// The field's type.
    let type: FieldType
    /// How texts of a date become instants; nil for other types.
    let dateFormat: DateFormat?
}

/// An object of a document: its fields, and what happens to fields that it does not map.
final class MappedObject: Sendable {
    /// What happens to a field that the mapping does not name.
    enum Dynamic: Sendable {
        /// The document is refused.
        case strict
        /// It stays in `_source` only.
        ///
        /// `false` says so, and `true` comes to the same here: refold makes no columns by guessing, so that the table
        /// is what the definition says.
        case sourceOnly
    }
    /// What happens to a field that is not named.
    let dynamic: Dynamic
    /// The fields, by the canonical text of their names, sorted by bytes.
    let members: [(name: ByteString, field: MappedField)]

    init(dynamic: Dynamic, members: [(name: ByteString, field: MappedField)]) {
        self.dynamic = dynamic
        self.members = members.sorted { $0.name < $1.name }
    }

    /// The place of a member at or behind a place, whose name's bytes lie in a text.
    func place(of name: Range<Int>, in text: Span<UInt8>) -> Int? {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            switch members[middle].name.order(against: name, of: text) {
            case 0: return middle
            case 1...: high = middle
            default: low = middle + 1
            }
        }
        return nil
    }
}

extension ByteString {
    /// Negative, zero or positive as these bytes come before, with, or behind a part of a text.
    func order(against range: Range<Int>, of text: Span<UInt8>) -> Int {
        let shared = min(count, range.count)
        for offset in 0..<shared {
            let difference = Int(bytes[offset]) - Int(text[range.lowerBound + offset])
            if difference != 0 { return difference }
        }
        return count - range.count
    }
}

/// One mapped field.
enum MappedField: Sendable {
    /// A field with a value.
    case leaf(MappedLeaf)
    /// An object whose fields are fields of the document.
    case object(MappedObject)
    /// Objects of their own, kept as JSON; nil: inside another such field, which keeps the whole.
    case nested(MappedObject, column: Int?)
    /// An object kept as JSON, its leaf texts limited in length.
    case flat(path: ByteString, column: Int?)
    /// `enabled: false`: kept in `_source`, never looked at.
    case opaque
    /// Another name for a field; a document must not hold it.
    case alias
}

/// A field that has a value.
final class MappedLeaf: Sendable {
    /// The dotted path, for messages.
    let path: ByteString
    /// The type.
    let type: FieldType
    /// Its column; nil inside a nested field.
    let column: Int?
    /// Whether `"1.5"` and 3.7 are taken where 1 and 3 are wanted.
    let coerces: Bool
    /// Whether a value that does not fit is left out instead of refusing the document.
    let ignoresMalformed: Bool
    /// Characters over which a keyword is left out.
    let ignoreAbove: Int?
    /// Whether the engine keeps terms of it, which may have at most 32,766 bytes.
    let hasTerms: Bool
    /// What an explicit null stands for.
    let nullValue: Statement.Cell?
    /// The formats of a date.
    let dateFormat: DateFormat?
    /// Multi-fields: the same value in another type.
    let multiFields: [MappedLeaf]

    init(
        path: ByteString,
        type: FieldType,
        column: Int?,
        parameters: FieldParameters,
        dateFormat: DateFormat?,
        multiFields: [MappedLeaf]
    ) {
        self.path = path
        self.type = type
        self.column = column
        coerces = parameters.coerces
        ignoresMalformed = parameters.ignoresMalformed
        ignoreAbove = parameters.ignoreAbove
        hasTerms = parameters.hasTerms
        nullValue = parameters.nullValue
        self.dateFormat = dateFormat
        self.multiFields = multiFields
    }
}

/// The types of fields that this target has columns for.
enum FieldType: String, Sendable, CaseIterable {
    case text
    case matchOnlyText = "match_only_text"
    case keyword
    case wildcard
    case ip
    case binary
    case long
    case integer
    case short
    case byte
    case unsignedLong = "unsigned_long"
    case double
    case float
    case halfFloat = "half_float"
    case scaledFloat = "scaled_float"
    case boolean
    case date
    case dateNanos = "date_nanos"
    case nested
    case flatObject = "flat_object"

    /// The column's type in SQL.
    var affinity: String {
        switch self {
        case .long, .integer, .short, .byte, .boolean: "INTEGER"
        case .double, .float, .halfFloat, .scaledFloat: "REAL"
        default: "TEXT"
        }
    }

    /// Whether the column is in the full-text table.
    var isFullText: Bool { self == .text || self == .matchOnlyText }

    /// Whether values are instants.
    var isDate: Bool { self == .date || self == .dateNanos }

    /// Whether values are numbers.
    var isNumber: Bool {
        switch self {
        case .long, .integer, .short, .byte, .unsignedLong, .double, .float, .halfFloat, .scaledFloat: true
        default: false
        }
    }
}
