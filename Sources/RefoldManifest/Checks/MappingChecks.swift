internal import RefoldBytes
internal import RefoldModel

/// The structure of `index.mappings`, as far as it can be judged without an engine.
enum MappingChecks {
    private static let rootKeys: Set<String> = [
        "properties", "dynamic", "_source", "_routing", "_meta", "date_detection", "numeric_detection",
        "dynamic_templates", "dynamic_date_formats", "runtime",
    ]
    private static let types: Set<String> = [
        "text", "keyword", "wildcard", "ip", "long", "integer", "short", "byte", "boolean", "double", "float",
        "half_float", "scaled_float", "unsigned_long", "date", "date_nanos", "nested", "object",
        "flat_object", "alias",
        "binary", "geo_point", "geo_shape", "xy_point", "xy_shape", "completion", "search_as_you_type",
        "token_count",
        "rank_feature", "rank_features", "percolator", "join", "knn_vector", "constant_keyword",
        "match_only_text",
        "integer_range", "long_range", "float_range", "double_range", "date_range", "ip_range", "semantic",
        "star_tree", "derived", "sparse_vector", "flattened",
    ]
    private static let parameters: Set<String> = [
        "type", "properties", "fields", "analyzer", "search_analyzer", "search_quote_analyzer", "normalizer",
        "index",
        "doc_values", "store", "index_options", "similarity", "null_value", "term_vector", "index_phrases",
        "index_prefixes", "position_increment_gap", "scaling_factor", "format", "locale", "print_format",
        "ignore_above",
        "ignore_malformed", "coerce", "fielddata", "fielddata_frequency_filter",
        "split_queries_on_whitespace",
        "copy_to", "meta", "boost", "norms", "dynamic", "enabled", "include_in_parent", "include_in_root",
        "eager_global_ordinals", "path", "dimension", "method", "space_type", "data_type", "mode",
        "compression_level", "model_id", "max_input_length", "preserve_separators",
        "preserve_position_increments",
        "contexts", "relations", "max_shingle_size", "positive_score_impact", "orientation", "strategy",
        "ignore_z_value",
        "value", "depth_limit", "skip_list", "enable_position_increments", "use_similarity",
    ]

    /// Checks the mappings of an index.
    static func run(_ mappings: YAMLNode, _ reading: inout Reading) {
        for pair in mappings.pairs ?? [] where !rootKeys.contains(pair.key.string) {
            warn(
                "the mappings have an unusual key `\(pair.key)`",
                pair.keyMark,
                NearestWord.of(pair.key.string, among: rootKeys),
                &reading
            )
        }
        if let mark = mappings["_meta"]?.pair("refold")?.keyMark {
            reading.report(.name, "`_meta.refold` is refold's own", at: mark, fix: "remove it")
        }
        dynamic(mappings, &reading)
        properties(mappings, "properties", &reading)
    }

    private static func properties(_ object: YAMLNode, _ key: String, _ reading: inout Reading) {
        guard let node = object[key] else { return }
        guard let pairs = node.pairs else {
            reading.report(
                .mapping,
                "expected a mapping of fields, found \(reading.describe(node))",
                at: node.mark,
                fix: "write a field a line: name: { type: keyword }"
            )
            return
        }
        for pair in pairs { field(pair, isMultiField: key == "fields", &reading) }
    }

    private static func field(_ pair: YAMLNode.Pair, isMultiField: Bool, _ reading: inout Reading) {
        let node = pair.value
        guard let pairs = node.pairs else {
            reading.report(
                .mapping,
                "expected the mapping of field `\(pair.key)`, found \(reading.describe(node))",
                at: node.mark,
                fix: node.text.map { "write { type: \($0) }" }
            )
            return
        }
        let type = node["type"]
        let isObject = type == nil && !isMultiField && (node["properties"] != nil || node["enabled"] != nil)
        if type == nil, !isObject {
            reading.report(
                .mapping,
                "field `\(pair.key)` has no `type`",
                at: pair.keyMark,
                fix: "for example { type: keyword }"
            )
        } else if let type, let word = type.text {
            if !types.contains(word) {
                warn(
                    "`\(word)` is no usual type of field",
                    type.mark,
                    NearestWord.of(word, among: types),
                    &reading
                )
            } else if word != "object", word != "nested", let inner = node.pair("properties") {
                reading.report(
                    .mapping,
                    "a field of type \(word) has no `properties`",
                    at: inner.keyMark,
                    fix: "remove `properties`, or the type"
                )
            }
        } else if let type {
            reading.report(
                .mapping,
                "expected the name of a type, found \(reading.describe(type))",
                at: type.mark,
                fix: "for example keyword"
            )
        }
        for parameter in pairs where !parameters.contains(parameter.key.string) {
            let nearest = NearestWord.of(parameter.key.string, among: parameters)
            warn(
                "field `\(pair.key)` has an unusual parameter `\(parameter.key)`",
                parameter.keyMark,
                nearest,
                &reading
            )
        }
        dynamic(node, &reading)
        properties(node, "properties", &reading)
        properties(node, "fields", &reading)
    }

    private static func dynamic(_ object: YAMLNode, _ reading: inout Reading) {
        guard let node = object["dynamic"] else { return }
        let known: [JSONValue] = [true, false, "true", "false", "strict", "strict_allow_templates"]
        guard let value = node.scalar, known.contains(value) else {
            reading.report(
                .mapping,
                "expected true, false, strict or strict_allow_templates, found \(reading.describe(node))",
                at: node.mark
            )
            return
        }
    }

    private static func warn(
        _ message: String,
        _ mark: SourceMark,
        _ nearest: String?,
        _ reading: inout Reading
    ) {
        reading.warn(
            .mapping,
            message,
            at: mark,
            cause: "the engine decides whether it takes it, when the index is made",
            fix: nearest.map { "did you mean `\($0)`?" }
        )
    }
}
