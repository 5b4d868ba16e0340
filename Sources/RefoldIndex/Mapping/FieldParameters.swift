import RefoldBytes
import RefoldSQLite

/// What a field's definition says beside its type.
struct FieldParameters {
    var coerces = true
    var ignoresMalformed = false
    var ignoreAbove: Int?
    var hasTerms = true
    var nullValue: Statement.Cell?

    /// The parameters that every leaf field may have.
    private static let common: Set<ByteString> = [
        "type", "fields", "copy_to", "store", "index", "doc_values", "meta", "boost", "similarity",
    ]

    /// The further parameters of a type; another one refuses the definition.
    static func isKnown(_ name: ByteString, of type: FieldType) -> Bool {
        common.contains(name) || further(of: type).contains(name)
    }

    private static func further(of type: FieldType) -> Set<ByteString> {
        switch type {
        case .text, .matchOnlyText:
            [
                "analyzer", "search_analyzer", "search_quote_analyzer", "fielddata",
                "fielddata_frequency_filter", "index_options", "index_phrases", "index_prefixes", "norms",
                "position_increment_gap", "term_vector", "eager_global_ordinals",
            ]
        case .keyword:
            [
                "ignore_above", "null_value", "normalizer", "norms", "index_options",
                "split_queries_on_whitespace", "eager_global_ordinals",
            ]
        case .wildcard: ["ignore_above", "null_value", "normalizer"]
        case .ip: ["ignore_malformed", "null_value"]
        case .binary, .flatObject, .nested: []
        case .boolean: ["null_value"]
        case .long, .integer, .short, .byte, .unsignedLong, .double, .float, .halfFloat:
            ["coerce", "ignore_malformed", "null_value"]
        case .scaledFloat: ["coerce", "ignore_malformed", "null_value", "scaling_factor"]
        case .date, .dateNanos: ["format", "locale", "ignore_malformed", "null_value", "print_format"]
        }
    }
}
