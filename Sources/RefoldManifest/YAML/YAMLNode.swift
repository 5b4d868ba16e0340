internal import RefoldBytes

/// A value of a manifest with its place.
struct YAMLNode: Sendable {
    /// What it is.
    indirect enum Content: Sendable {
        /// A scalar, resolved by the core schema of YAML 1.2.
        case scalar(JSONValue)
        /// A list.
        case sequence([YAMLNode])
        /// Keys and values in the order written, keys unique.
        case mapping([Pair])
    }
    /// One key and its value.
    struct Pair: Sendable {
        /// The key as text.
        var key: ByteString
        /// Where the key stands.
        var keyMark: SourceMark
        /// The value.
        var value: YAMLNode
    }
    /// What it is.
    var content: Content
    /// Where it begins.
    var mark: SourceMark
    /// The last line it touches.
    var lastLine: Int

    /// The same content everywhere at one place: a default, or a value made by refold.
    init(_ value: JSONValue, at mark: SourceMark) {
        self.mark = mark
        lastLine = mark.line
        content =
            switch value {
            case .array(let elements): .sequence(elements.map { YAMLNode($0, at: mark) })
            case .object(let object):
                .mapping(
                    object.members.map {
                        Pair(key: $0.name, keyMark: mark, value: YAMLNode($0.value, at: mark))
                    }
                )
            default: .scalar(value)
            }
    }

    /// A node as the parser found it.
    init(_ content: Content, from mark: SourceMark, to lastLine: Int) {
        self.content = content
        self.mark = mark
        self.lastLine = lastLine
    }

    /// The scalar, when it is one.
    var scalar: JSONValue? {
        guard case .scalar(let value) = content else { return nil }
        return value
    }

    /// The elements, when it is a list.
    var elements: [YAMLNode]? {
        guard case .sequence(let elements) = content else { return nil }
        return elements
    }

    /// The pairs, when it is a mapping.
    var pairs: [Pair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// The text, when it is a scalar that is text.
    var text: String? { scalar?.asString }

    /// The pair of a key.
    func pair(_ key: String) -> Pair? {
        let key = ByteString(key)
        return pairs?.first { $0.key == key }
    }

    /// The value of a key.
    subscript(key: String) -> YAMLNode? { pair(key)?.value }

    /// The content as JSON, keys in the order written.
    var json: JSONValue {
        switch content {
        case .scalar(let value): value
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let pairs): .object(JSONObject(pairs.map { ($0.key, $0.value.json) }))
        }
    }
}
