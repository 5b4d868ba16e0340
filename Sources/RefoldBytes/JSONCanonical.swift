extension JSONText {
    /// Appends the canonical text of a node: names sorted by UTF-8 bytes, no spaces, of one name the last value.
    ///
    /// Numbers stay as they came (FOLD R6).
    package static func appendCanonical(
        _ index: Int,
        of nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        let node = nodes[index]
        switch node.kind {
        case .null: output.append(contentsOf: "null".utf8)
        case .false: output.append(contentsOf: "false".utf8)
        case .true: output.append(contentsOf: "true".utf8)
        case .number: output.append(contentsOf: text, in: node.range)
        case .string where !node.isEscaped:
            // As it stands, quotes included.
            output.append(contentsOf: text, in: Int(node.start) - 1..<node.range.upperBound + 1)
        case .string:
            output.append(UInt8(ascii: "\""))
            appendCanonical(raw: text.extracting(node.range), to: &output)
            output.append(UInt8(ascii: "\""))
        case .array:
            output.append(UInt8(ascii: "["))
            var child = index + 1
            while child < Int(node.next) {
                if child > index + 1 { output.append(UInt8(ascii: ",")) }
                appendCanonical(child, of: nodes, in: text, to: &output)
                child = Int(nodes[child].next)
            }
            output.append(UInt8(ascii: "]"))
        case .object:
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in sortedMembers(of: index, nodes, in: text) {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                appendQuoted(member.name.bytes, to: &output)
                output.append(UInt8(ascii: ":"))
                appendCanonical(member.value, of: nodes, in: text, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func sortedMembers(
        of index: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) -> [(name: ByteString, value: Int)] {
        var members: [(name: ByteString, value: Int)] = []
        var child = index + 1
        while child < Int(nodes[index].next) {
            members.append((unescaped(nodes[child], in: text), child + 1))
            child = Int(nodes[child + 1].next)
        }
        // Equal names stand side by side in the order they came; the last of them counts (R5).
        members.sort { $0.name == $1.name ? $0.value < $1.value : $0.name < $1.name }
        var kept: [(name: ByteString, value: Int)] = []
        for member in members {
            if kept.last?.name == member.name { kept.removeLast() }
            kept.append(member)
        }
        return kept
    }

    /// The unescaped text of a string node.
    package static func unescaped(_ node: JSONNode, in text: Span<UInt8>) -> ByteString {
        var bytes: [UInt8] = []
        if node.isEscaped {
            appendUnescaped(raw: text.extracting(node.range), to: &bytes)
        } else {
            bytes.append(contentsOf: text, in: node.range)
        }
        return ByteString(bytes)
    }
}

extension JSONValue {
    /// Reads one JSON value that fills the text.
    ///
    /// Throws ``JSONError`` as FOLD R5 says; of a name that comes twice the last value counts, at the place of the first.
    public init(parsing text: ByteString) throws(JSONError) {
        var tape = JSONTape()
        self = try tape.withValue(of: text) { nodes, bytes throws(JSONError) in
            JSONValue(0, of: nodes, in: bytes)
        }
    }

    /// The value of a node.
    package init(_ index: Int, of nodes: Span<JSONNode>, in text: Span<UInt8>) {
        let node = nodes[index]
        switch node.kind {
        case .null: self = .null
        case .false: self = .bool(false)
        case .true: self = .bool(true)
        case .number: self = .number(ByteString(copying: text, in: node.range))
        case .string: self = .string(JSONText.unescaped(node, in: text))
        case .array:
            var elements: [JSONValue] = []
            var child = index + 1
            while child < Int(node.next) {
                elements.append(JSONValue(child, of: nodes, in: text))
                child = Int(nodes[child].next)
            }
            self = .array(elements)
        case .object:
            var object = JSONObject()
            var child = index + 1
            while child < Int(node.next) {
                object[JSONText.unescaped(nodes[child], in: text)] = JSONValue(child + 1, of: nodes, in: text)
                child = Int(nodes[child + 1].next)
            }
            self = .object(object)
        }
    }

    /// The canonical text (FOLD, section F): names sorted by UTF-8 bytes, no spaces.
    public var canonical: ByteString {
        var bytes: [UInt8] = []
        appendCanonical(to: &bytes)
        return ByteString(bytes)
    }

    /// Appends the canonical text.
    package func appendCanonical(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): output.append(contentsOf: text.bytes)
        case .string(let text): JSONText.appendQuoted(text.bytes, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                element.appendCanonical(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (place, member) in object.members.sorted(by: { $0.name < $1.name }).enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                JSONText.appendQuoted(member.name.bytes, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.appendCanonical(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }
}

extension ByteString {
    /// Copies a part of a span.
    package init(copying span: Span<UInt8>, in range: Range<Int>) {
        var bytes: [UInt8] = []
        bytes.append(contentsOf: span, in: range)
        self.init(bytes)
    }
}
