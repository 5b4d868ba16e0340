import RefoldBytes
import RefoldSQLite

/// Makes rows of documents: checks each against the mapping and puts its values into columns.
struct RowEncoder {
    private let mapping: Mapping
    /// The cells of all rows so far.
    private(set) var cells: [Statement.Cell]
    /// The first cell of this row's mapped columns.
    private var base = 0
    /// Columns of this row whose values come from several objects of a list, as JSON without its brackets.
    private var lists: [Int: [UInt8]] = [:]

    /// Cells before the mapped ones: `_id`, `_version`, `_source`.
    static let fixedCells = 3
    /// Arrays within arrays that the engines take.
    private static let arrayDepthLimit = 20
    /// Names that belong to the engine.
    private static let metadataNames: Set<ByteString> = [
        "_id", "_index", "_source", "_type", "_routing", "_version", "_seq_no", "_primary_term",
        "_field_names",
        "_ignored", "_nested_path", "_size", "_meta",
    ]

    init(mapping: Mapping, cells: [Statement.Cell]) {
        self.mapping = mapping
        self.cells = cells
    }

    /// Encodes one document; its cells, or why it is refused.
    mutating func encode(
        _ line: JSONLine,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) -> Result<Range<Int>, Refusal> {
        let start = cells.count
        do throws(Refusal) {
            switch line.kind {
            case .object: break
            case .blank: throw Refusal("the document is empty")
            case .badUTF8: throw Refusal("the document is not UTF-8")
            case .badJSON: throw Refusal("the document is not one JSON object")
            }
            let root = Int(line.firstNode)
            try checkArrays(root, nodes)
            cells.append(
                contentsOf: repeatElement(.null, count: RowEncoder.fixedCells + mapping.columns.count)
            )
            cells[start + 2] = .text(offset: line.range.lowerBound, count: line.range.count)
            base = start + RowEncoder.fixedCells
            lists.removeAll(keepingCapacity: true)
            try members(of: root, as: mapping.root, nodes, text, isRoot: true, isInList: false)
            for (column, list) in lists {
                cells[base + column] = .ownText([UInt8(ascii: "[")] + list + [UInt8(ascii: "]")])
            }
            return .success(start..<cells.count)
        } catch {
            cells.removeSubrange(start...)
            return .failure(error)
        }
    }

    /// More arrays within arrays than the engines take are refused even where nothing is mapped.
    private func checkArrays(_ root: Int, _ nodes: Span<JSONNode>) throws(Refusal) {
        var ends: [Int] = []
        for index in root..<Int(nodes[root].next) where nodes[index].kind == .array {
            while let end = ends.last, end <= index { ends.removeLast() }
            ends.append(Int(nodes[index].next))
            if ends.count > RowEncoder.arrayDepthLimit {
                throw Refusal("the document has arrays more than \(RowEncoder.arrayDepthLimit) deep")
            }
        }
    }

    private mutating func members(
        of object: Int,
        as mapped: MappedObject,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        isRoot: Bool,
        isInList: Bool
    ) throws(Refusal) {
        let end = Int(nodes[object].next)
        var child = object + 1
        var previous: Range<Int>?
        while child < end {
            let name = nodes[child].range
            if let previous, !RowEncoder.isAscending(previous, name, text),
                RowEncoder.isRepeated(child, in: object, nodes, text)
            {
                throw Refusal("the document has a key twice")
            }
            previous = name
            if let place = mapped.place(of: name, in: text) {
                try value(of: child + 1, as: mapped.members[place].field, nodes, text, isInList: isInList)
            } else {
                try unnamed(child, of: mapped, nodes, text, isRoot: isRoot, isInList: isInList)
            }
            child = Int(nodes[child + 1].next)
        }
    }

    /// A member that the mapping does not have under this name: dots lead into objects, else `dynamic` says.
    private mutating func unnamed(
        _ child: Int,
        of mapped: MappedObject,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>,
        isRoot: Bool,
        isInList: Bool
    ) throws(Refusal) {
        let name = nodes[child].range
        if isRoot, text[name.lowerBound] == UInt8(ascii: "_"),
            RowEncoder.metadataNames.contains(ByteString(copying: text, in: name))
        {
            throw Refusal("field \(ByteString(copying: text, in: name)) belongs to the engine")
        }
        var object = mapped
        var start = name.lowerBound
        for place in name where text[place] == UInt8(ascii: ".") {
            guard let member = object.place(of: start..<place, in: text),
                case .object(let inner) = object.members[member].field
            else { break }
            object = inner
            start = place + 1
        }
        if start > name.lowerBound, let member = object.place(of: start..<name.upperBound, in: text) {
            return try value(of: child + 1, as: object.members[member].field, nodes, text, isInList: isInList)
        }
        if object.dynamic == .strict {
            throw Refusal("field \(ByteString(copying: text, in: name)) is not in the strict mapping")
        }
    }

    private mutating func value(
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
                throw Refusal("field \(path) of type flat_object: a text is longer than a term may be")
            }
        case .null, .true, .false: break
        }
    }

    /// Whether names come in the order of canonical JSON, in which none can come twice.
    private static func isAscending(_ left: Range<Int>, _ right: Range<Int>, _ text: Span<UInt8>) -> Bool {
        for offset in 0..<min(left.count, right.count) {
            let (a, b) = (text[left.lowerBound + offset], text[right.lowerBound + offset])
            if a != b { return a < b }
        }
        return left.count < right.count
    }

    /// Whether an earlier member of the object has this name; only asked when the names are out of order.
    private static func isRepeated(
        _ name: Int,
        in object: Int,
        _ nodes: Span<JSONNode>,
        _ text: Span<UInt8>
    ) -> Bool {
        let wanted = JSONText.unescaped(nodes[name], in: text)
        var child = object + 1
        while child < name {
            if JSONText.unescaped(nodes[child], in: text) == wanted { return true }
            child = Int(nodes[child + 1].next)
        }
        return false
    }
}
