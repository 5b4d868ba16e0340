import RefoldBytes
import RefoldSQLite

/// Makes rows of documents: checks each against the mapping and puts its values into columns.
struct RowEncoder {
    private let mapping: Mapping
    /// The cells of all rows so far.
    var cells: [Statement.Cell]
    /// The first cell of this row's mapped columns.
    var base = 0
    /// Columns of this row whose values come from several objects of a list, as JSON without its brackets.
    var lists: [Int: [UInt8]] = [:]

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

    /// Puts the members of an object where their mappings want them.
    mutating func members(
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
            let field = ByteString(copying: text, in: name).string
            throw Refusal("field \(field) belongs to the engine", field: field)
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
            let field = ByteString(copying: text, in: name).string
            throw Refusal("field \(field) is not in the strict mapping", field: field)
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
