internal import RefoldBytes

/// Reads of a tape that decoders share; none copies unless it says so.
enum Tape {
    /// Whether a string node's text is a literal without escapes in it.
    static func isText(_ node: JSONNode, _ literal: StaticString, in text: Span<UInt8>) -> Bool {
        if node.isEscaped {
            return JSONText.unescaped(node, in: text) == ByteString(stringLiteral: literal)
        }
        guard Int(node.length) == literal.utf8CodeUnitCount else { return false }
        let start = Int(node.start)
        return literal.withUTF8Buffer { bytes in
            for offset in bytes.indices where text[start + offset] != bytes[offset] { return false }
            return true
        }
    }

    /// The node of an object's member; of several of that name the last.
    static func member(
        _ name: StaticString,
        of object: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        var found: Int?
        var child = object + 1
        let end = Int(nodes[object].next)
        while child < end {
            if isText(nodes[child], name, in: text) { found = child + 1 }
            child = Int(nodes[child + 1].next)
        }
        return found
    }

    /// Copies a string node's unescaped text into a buffer that is used again.
    static func copyText(_ node: JSONNode, in text: Span<UInt8>, to output: inout ByteString) {
        output.bytes.removeAll(keepingCapacity: true)
        if node.isEscaped {
            JSONText.appendUnescaped(raw: text.extracting(node.range), to: &output.bytes)
        } else {
            output.bytes.append(contentsOf: text, in: node.range)
        }
    }
}
