import RefoldBytes

/// The paths a projection reads, as a tree, so that one pass over a state finds all of them.
struct SourceTree: Sendable {
    private struct Node: Sendable {
        /// The member's name in canonical text, quotes included.
        var name: [UInt8]
        /// Where the value's place is kept.
        var slot: Int?
        var children: [Node] = []

        func isNamed(_ state: [UInt8], _ range: Range<Int>) -> Bool {
            name.count == range.count && state[range].elementsEqual(name)
        }
    }
    private var root = Node(name: [])
    /// The paths in the order they were added; a path's place is its slot.
    private(set) var paths: [FieldPath] = []

    /// The slot of a path, which is added when it is new.
    mutating func slot(of path: FieldPath) -> Int {
        Self.slot(of: path.names[...], path, in: &root, &paths)
    }

    private static func slot(
        of names: ArraySlice<ByteString>,
        _ path: FieldPath,
        in node: inout Node,
        _ paths: inout [FieldPath]
    ) -> Int {
        guard let name = names.first else {
            if let slot = node.slot { return slot }
            node.slot = paths.count
            paths.append(path)
            return paths.count - 1
        }
        let quoted = CanonicalText.quoted(name.bytes)
        let place = node.children.firstIndex { $0.name == quoted } ?? node.children.count
        if place == node.children.count { node.children.append(Node(name: quoted)) }
        return slot(of: names.dropFirst(), path, in: &node.children[place], &paths)
    }

    /// Where the value of each path lies in a canonical object; nil for an absent one.
    ///
    /// Complexity: linear in the text, times the paths that share a parent.
    func places(in state: [UInt8]) -> [Range<Int>?] {
        var places = [Range<Int>?](repeating: nil, count: paths.count)
        if !paths.isEmpty { Self.find(root.children, inObjectAt: 0, of: state, &places) }
        return places
    }

    private static func find(
        _ wanted: [Node],
        inObjectAt start: Int,
        of state: [UInt8],
        _ places: inout [Range<Int>?]
    ) {
        var left = wanted.count
        var place = start + 1
        while left > 0, place < state.count, state[place] == UInt8(ascii: "\"") {
            let nameEnd = CanonicalText.end(ofStringAt: place, in: state)
            let valueStart = nameEnd + 1
            guard valueStart < state.count else { return }
            let valueEnd = CanonicalText.end(ofValueAt: valueStart, in: state)
            if let node = wanted.first(where: { $0.isNamed(state, place..<nameEnd) }) {
                left -= 1
                if let slot = node.slot { places[slot] = valueStart..<valueEnd }
                if !node.children.isEmpty, state[valueStart] == UInt8(ascii: "{") {
                    find(node.children, inObjectAt: valueStart, of: state, &places)
                }
            }
            place = valueEnd + 1
        }
    }
}
