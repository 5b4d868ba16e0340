import RefoldBytes

/// The paths a projection reads, as a tree, so that one pass over a state finds all of them.
///
/// Shape: nodes of plain numbers and their names behind one another, for the tree is walked at every member of every state.
struct SourceTree: Sendable {
    private struct Node: Sendable {
        /// Where the member's name stands in ``names``.
        var name: Range<Int>
        /// Where the value's place is kept.
        var slot: Int?
        var firstChild: Int?
        var nextSibling: Int?
    }
    /// The first is the state itself.
    private var nodes = [Node(name: 0..<0)]
    /// Members' names in canonical text, quotes included.
    private var names: [UInt8] = []
    /// The paths in the order they were added; a path's place is its slot.
    private(set) var paths: [FieldPath] = []

    /// The slot of a path, which is added when it is new.
    mutating func slot(of path: FieldPath) -> Int {
        var node = 0
        for name in path.names {
            node = child(of: node, named: CanonicalText.quoted(name.bytes[...]))
        }
        if let slot = nodes[node].slot { return slot }
        nodes[node].slot = paths.count
        paths.append(path)
        return paths.count - 1
    }

    private mutating func child(of parent: Int, named name: [UInt8]) -> Int {
        if let known = child(of: parent, named: name, 0..<name.count) { return known }
        let start = names.count
        names.append(contentsOf: name)
        nodes.append(Node(name: start..<names.count, nextSibling: nodes[parent].firstChild))
        nodes[parent].firstChild = nodes.count - 1
        return nodes.count - 1
    }

    private func child(of parent: Int, named text: [UInt8], _ range: Range<Int>) -> Int? {
        var next = nodes[parent].firstChild
        while let node = next {
            if isName(of: node, text, range) { return node }
            next = nodes[node].nextSibling
        }
        return nil
    }

    private func isName(of node: Int, _ text: [UInt8], _ range: Range<Int>) -> Bool {
        let name = nodes[node].name
        guard name.count == range.count else { return false }
        for offset in 0..<name.count where names[name.lowerBound + offset] != text[range.lowerBound + offset]
        {
            return false
        }
        return true
    }

    /// Where the value of each path lies in a canonical object; nil for an absent one.
    ///
    /// Complexity: linear in the text, times the paths that share a parent.
    func places(in state: [UInt8]) -> [Range<Int>?] {
        var places = [Range<Int>?](repeating: nil, count: paths.count)
        if !paths.isEmpty { find(below: 0, inObjectAt: 0, of: state, &places) }
        return places
    }

    private func find(
        below parent: Int,
        inObjectAt start: Int,
        of state: [UInt8],
        _ places: inout [Range<Int>?]
    ) {
        var place = start + 1
        while place < state.count, state[place] == UInt8(ascii: "\"") {
            let nameEnd = CanonicalText.end(ofStringAt: place, in: state)
            let valueStart = nameEnd + 1
            guard valueStart < state.count else { return }
            let valueEnd = CanonicalText.end(ofValueAt: valueStart, in: state)
            if let node = child(of: parent, named: state, place..<nameEnd) {
                if let slot = nodes[node].slot { places[slot] = valueStart..<valueEnd }
                if nodes[node].firstChild != nil, state[valueStart] == UInt8(ascii: "{") {
                    find(below: node, inObjectAt: valueStart, of: state, &places)
                }
            }
            place = valueEnd + 1
        }
    }
}
