internal import RefoldBytes

/// Reads of a tape that decoders share; none copies unless it says so.
enum Tape {
    /// Whether a string node's text is a literal without escapes in it.
    ///
    /// Inlined, so that the literal's words are constants and the comparison is two or three instructions.
    @inline(__always)
    static func isText(_ node: JSONNode, _ literal: StaticString, in text: Span<UInt8>) -> Bool {
        guard !node.isEscaped else { return isEscapedText(node, literal, in: text) }
        let count = literal.utf8CodeUnitCount
        guard Int(node.length) == count else { return false }
        // Both texts are alive here, and every load ends within them.
        let start = Int(node.start)
        let ours = text.bytes
        let theirs = UnsafeRawBufferPointer(start: literal.utf8Start, count: count).bytes
        func isEqual<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> Bool {
            ours.unsafeLoadUnaligned(fromByteOffset: start + offset, as: type)
                == theirs.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
        }
        if count < 4 {
            return (0..<count).allSatisfy { isEqual($0, UInt8.self) }
        }
        if count < 8 { return isEqual(0, UInt32.self) && isEqual(count - 4, UInt32.self) }
        var offset = 0
        while offset + 8 < count {
            guard isEqual(offset, UInt64.self) else { return false }
            offset += 8
        }
        return isEqual(count - 8, UInt64.self)
    }

    @inline(never)
    private static func isEscapedText(
        _ node: JSONNode,
        _ literal: StaticString,
        in text: Span<UInt8>
    ) -> Bool {
        JSONText.unescaped(node, in: text) == ByteString(stringLiteral: literal)
    }

    /// The node of an object's member; of several of that name the last.
    @inline(__always)
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
