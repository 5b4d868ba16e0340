package import RefoldBytes

/// One difference between the mapping that serves and the new one.
package struct MappingChange: Sendable, Hashable {
    /// What a change asks for.
    package enum Class: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case nothing
        /// It can be made in place; stored documents answer alike.
        case inPlace = "in place"
        /// It can be made in place; stored documents must be written again.
        case inPlaceRewrite = "in place, rewrite"
        /// It needs a new index.
        case newIndex = "new index"
    }
    /// The field under its dotted path; empty for the mapping's root.
    package var field: String
    /// What serves: a type, or a parameter with its value; nil: the field is new.
    package var from: String?
    /// What comes; nil: the field is left out.
    package var to: String?
    /// What it asks for.
    package var `class`: Class

    /// All parts.
    package init(field: String, from: String?, to: String?, class: Class) {
        self.field = field
        self.from = from
        self.to = to
        self.class = `class`
    }
}

/// Compares two mappings field by field.
///
/// A rebuild makes a new index whatever the difference; the class tells people what a migration would need. Source:
/// DOMAIN, 4.6.
package enum MappingDifference {
    /// The changes from one mapping to the other, by field.
    package static func between(_ old: JSONObject, _ new: JSONObject) -> [MappingChange] {
        let before = fields(of: old)
        let after = fields(of: new)
        let names = Set(before.keys).union(after.keys).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return names.flatMap { name in changes(of: name, from: before[name], to: after[name]) }
    }

    private static func changes(
        of name: String,
        from old: JSONObject?,
        to new: JSONObject?
    ) -> [MappingChange] {
        switch (old, new) {
        case (nil, let new?):
            // An alias field holds nothing of its own: it is there for old documents at once.
            let kind: MappingChange.Class = type(of: new) == "alias" ? .inPlace : .inPlaceRewrite
            return [MappingChange(field: name, from: nil, to: type(of: new), class: kind)]
        case (let old?, nil):
            return [MappingChange(field: name, from: type(of: old), to: nil, class: .newIndex)]
        case (let old?, let new?):
            if type(of: old) != type(of: new) {
                return [MappingChange(field: name, from: type(of: old), to: type(of: new), class: .newIndex)]
            }
            let parameters = Set(old.members.map(\.name)).union(new.members.map(\.name)).sorted()
            return parameters.compactMap { parameter in
                guard parameter != "type", old[parameter] != new[parameter] else { return nil }
                return MappingChange(
                    field: name,
                    from: old[parameter].map { "\(parameter): \($0.canonical)" },
                    to: new[parameter].map { "\(parameter): \($0.canonical)" },
                    class: classOf(parameter: parameter.string, from: old, to: new)
                )
            }
        case (nil, nil): return []
        }
    }

    private static func classOf(
        parameter: String,
        from old: JSONObject,
        to new: JSONObject
    ) -> MappingChange.Class {
        let name = ByteString(parameter)
        // A default written out, or left out, changes nothing.
        if let standard = standard(parameter, type: type(of: new)),
            (old[name] ?? standard) == (new[name] ?? standard)
        {
            return .nothing
        }
        return switch parameter {
        case "search_analyzer", "search_quote_analyzer", "eager_global_ordinals", "fielddata",
            "fielddata_frequency_filter", "meta", "dynamic", "split_queries_on_whitespace", "date_detection",
            "numeric_detection", "dynamic_templates", "dynamic_date_formats", "_meta":
            .inPlace
        case "ignore_above", "ignore_malformed", "coerce", "copy_to": .inPlaceRewrite
        case "path" where type(of: new) == "alias": .inPlace
        // No engine keeps the boost of a number, not even in a new index.
        case "boost": ["text", "keyword"].contains(type(of: new)) ? .inPlace : .nothing
        default: .newIndex
        }
    }

    /// What a parameter is when nobody says it.
    private static func standard(_ parameter: String, type: String) -> JSONValue? {
        switch parameter {
        case "index", "doc_values": true
        case "format" where type == "date": "strict_date_optional_time||epoch_millis"
        default: nil
        }
    }

    private static func type(of field: JSONObject) -> String { field["type"]?.asString ?? "object" }

    /// The fields under their dotted paths, objects and multi-fields too; a field's own children left out.
    private static func fields(of mapping: JSONObject) -> [String: JSONObject] {
        var found: [String: JSONObject] = [:]
        // A list of work instead of recursion: the depth of a mapping comes from outside.
        var open: [(path: String, field: JSONObject)] = [("", mapping)]
        while let (path, field) = open.popLast() {
            var own = field
            own["properties"] = nil
            own["fields"] = nil
            // `_meta.refold` is our own note, not part of what is mapped.
            if var meta = own["_meta"]?.asObject {
                meta["refold"] = nil
                own["_meta"] = meta.isEmpty ? nil : .object(meta)
            }
            found[path] = own
            for children in ["properties", "fields"] {
                for member in field[ByteString(children)]?.asObject?.members ?? [] {
                    guard let child = member.value.asObject else { continue }
                    open.append((path.isEmpty ? member.name.string : "\(path).\(member.name.string)", child))
                }
            }
        }
        return found
    }
}
