import RefoldBytes
import RefoldSQLite

extension RowEncoder {
    /// Puts a value where its field's mapping wants it.
    mutating func value(
        of node: Int,
        as field: MappedField,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        isInList: Bool
    ) throws(Refusal) {
        switch field {
        case .opaque: break
        case .alias: throw Refusal("the document holds an alias field, which cannot be written")
        case .leaf(let leaf): try self.leaf(node, leaf, nodes, text, isInList: isInList)
        case .object(let object):
            try RowEncoder.objects(node, nodes) { (index, isList) throws(Refusal) in
                try members(
                    of: index,
                    as: object,
                    nodes,
                    text,
                    isRoot: false,
                    isInList: isInList || isList
                )
            }
        case .nested(let object, let column):
            try RowEncoder.objects(node, nodes) { (index, _) throws(Refusal) in
                try members(of: index, as: object, nodes, text, isRoot: false, isInList: false)
            }
            if nodes[node].kind != .null { put(node, nodes, text, into: column, isInList: isInList) }
        case .flat(let path, let column):
            try flat(node, path, nodes, text)
            if nodes[node].kind != .null { put(node, nodes, text, into: column, isInList: isInList) }
        }
    }

    /// Calls the body with each object of a value that is an object, a list of them, or null.
    private static func objects(
        _ node: Int,
        _ nodes: Span<JSONNode>,
        isList: Bool = false,
        _ body: (Int, Bool) throws(Refusal) -> Void
    ) throws(Refusal) {
        switch nodes[node].kind {
        case .null: break
        case .object: try body(node, isList)
        case .array:
            var child = node + 1
            while child < Int(nodes[node].next) {
                try objects(child, nodes, isList: true, body)
                child = Int(nodes[child].next)
            }
        case .true, .false, .number, .string: throw Refusal("a field mapped as an object has a plain value")
        }
    }

    private mutating func leaf(
        _ node: Int,
        _ leaf: MappedLeaf,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        isInList: Bool
    ) throws(Refusal) {
        for inner in leaf.multiFields { try self.leaf(node, inner, nodes, text, isInList: isInList) }
        if nodes[node].kind == .array {
            try elements(node, leaf, nodes, text)
            return put(node, nodes, text, into: leaf.column, isInList: isInList)
        }
        guard let cell = try scalar(node, leaf, nodes, text), let column = leaf.column else { return }
        if isInList {
            put(node, nodes, text, into: column, isInList: true)
        } else {
            cells[base + column] = cell
        }
    }

    private func elements(
        _ array: Int,
        _ leaf: MappedLeaf,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) throws(Refusal) {
        var child = array + 1
        while child < Int(nodes[array].next) {
            if nodes[child].kind == .array {
                try elements(child, leaf, nodes, text)
            } else {
                _ = try scalar(child, leaf, nodes, text)
            }
            child = Int(nodes[child].next)
        }
    }

    private func scalar(
        _ node: Int,
        _ leaf: MappedLeaf,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) throws(Refusal) -> Statement.Cell? {
        let range = nodes[node].range
        switch nodes[node].kind {
        case .null: return leaf.nullValue
        case .object: throw Refusal(leaf, "it is an object")
        case .array: throw Refusal(leaf, "it is an array")
        case .true: return try FieldValue.cell(.true, text.extracting(range), at: range, as: leaf)
        case .false: return try FieldValue.cell(.false, text.extracting(range), at: range, as: leaf)
        case .number: return try FieldValue.cell(.number, text.extracting(range), at: range, as: leaf)
        case .string:
            guard nodes[node].isEscaped else {
                return try FieldValue.cell(.string, text.extracting(range), at: range, as: leaf)
            }
            let plain = JSONText.unescaped(nodes[node], in: text)
            return try FieldValue.cell(.string, plain.bytes.span, at: nil, as: leaf)
        }
    }

    /// Keeps a value as JSON; of several objects of a list, all their values as one list.
    private mutating func put(
        _ node: Int,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        into column: Int?,
        isInList: Bool
    ) {
        guard let column else { return }
        var json: [UInt8] = []
        JSONText.appendCanonical(node, of: nodes, in: text, to: &json)
        guard isInList else {
            cells[base + column] = .ownText(json)
            return
        }
        let isList = nodes[node].kind == .array
        let inner = isList ? json.dropFirst().dropLast() : json[...]
        guard !inner.isEmpty else { return }
        if lists[column] != nil { lists[column]?.append(UInt8(ascii: ",")) }
        lists[column, default: []].append(contentsOf: inner)
    }

    /// A flat object's texts are terms, alone and with their path before them.
    private func flat(
        _ node: Int,
        _ path: ByteString,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) throws(Refusal) {
        try RowEncoder.objects(node, nodes) { (index, _) throws(Refusal) in
            try flatMembers(index, pathLength: path.count, path, nodes, text)
        }
    }

    private func flatMembers(
        _ node: Int,
        pathLength: Int,
        _ path: ByteString,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) throws(Refusal) {
        switch nodes[node].kind {
        case .object:
            var child = node + 1
            while child < Int(nodes[node].next) {
                let length = pathLength + 1 + nodes[child].range.count
                try flatMembers(child + 1, pathLength: length, path, nodes, text)
                child = Int(nodes[child + 1].next)
            }
        case .array:
            var child = node + 1
            while child < Int(nodes[node].next) {
                try flatMembers(child, pathLength: pathLength, path, nodes, text)
                child = Int(nodes[child].next)
            }
        case .string, .number:
            if pathLength + 1 + nodes[node].range.count > FieldValue.termLimit {
                throw Refusal(
                    "field \(path) of type flat_object: a text is longer than a term may be",
                    field: path.string
                )
            }
        case .null, .true, .false: break
        }
    }
}
