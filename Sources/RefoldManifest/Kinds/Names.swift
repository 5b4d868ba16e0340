internal import RefoldBytes
internal import RefoldModel

/// Which names are taken or refused.
enum Names {
    /// Fields that search engines keep for themselves at the top of a document.
    private static let engineFields: Set<String> = [
        "_id", "_index", "_type", "_source", "_version", "_routing", "_seq_no", "_primary_term",
        "_field_names",
        "_ignored", "_meta", "_nested_path", "_size", "_doc_count", "_data_stream_timestamp", "_tier",
    ]

    /// Whether a key names a field; reported when it does not.
    static func isFieldPath(_ key: ByteString, at mark: SourceMark, _ reading: inout Reading) -> Bool {
        let path = FieldPath(key.string)
        guard path.names.allSatisfy({ !$0.isEmpty }) else {
            reading.report(
                .name,
                "`\(key)` is not a field path: a part between dots is empty",
                at: mark,
                fix: "write names with one dot between two"
            )
            return false
        }
        guard key.bytes.first != UInt8(ascii: "$") else {
            reading.report(
                .name,
                "`\(key)` is not a field path: `$` begins the name of a built-in",
                at: mark,
                fix: "rename the field"
            )
            return false
        }
        return true
    }

    /// Whether a key names a field of a document; reported when it does not.
    static func isDocumentField(_ key: ByteString, at mark: SourceMark, _ reading: inout Reading) -> Bool {
        guard isFieldPath(key, at: mark, &reading) else { return false }
        guard let first = FieldPath(key.string).names.first, engineFields.contains(first.string) else {
            return true
        }
        reading.report(
            .name,
            "`\(key)` is reserved: search engines keep `\(first)` for themselves",
            at: mark,
            fix: "give the field another name"
        )
        return false
    }

    /// Why an alias cannot be; nil when it can.
    ///
    /// The index made for it is `ALIAS-vN-TIME-HASH`.
    /// Source: DOMAIN, section 4.5.
    static func refusal(ofAlias alias: String) -> String? {
        let forbidden = "\\/*?\"<>| ,#:"
        let scalars = alias.unicodeScalars
        if alias.isEmpty { return "it is empty" }
        if alias == "." || alias == ".." { return "`.` and `..` are no names" }
        if let first = scalars.first, "_-+".unicodeScalars.contains(first) {
            return "it begins with `\(first)`"
        }
        if alias != alias.lowercased() { return "it has capital letters" }
        if let letter = scalars.first(where: { forbidden.unicodeScalars.contains($0) }) {
            return "it holds `\(letter)`"
        }
        if scalars.contains(where: { $0.properties.generalCategory == .control || $0.properties.isWhitespace }
        ) {
            return "it holds white space"
        }
        if alias.hasSuffix("-refold-lease") {
            return "names that end in `-refold-lease` hold the leases of cut-overs"
        }
        if alias.utf8.count > 200 { return "it is longer than 200 bytes, and index names add up to 55" }
        return nil
    }
}
