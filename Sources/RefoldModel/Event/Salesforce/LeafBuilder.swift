internal import RefoldBytes

/// What an event's body says, as leaves (FOLD R16, R20, R21).
///
/// Isolation: owned by one reader; buffers are filled again for each event.
struct LeafBuilder {
    /// A field of a body: the number of its name, and its value's node.
    struct Field {
        var name: UInt32
        var value: Int
    }

    var cache: NameCache
    /// The header's lists, filled by the reader before ``update(_:_:in:into:)``.
    var changed = ChangedNames()
    var nulled = ChangedNames()
    var diffs = ChangedNames()
    private let header: UInt32
    private let id: UInt32
    /// Body fields of the event that was indexed; of one name the last value.
    private var fields: [Field] = []
    /// For each name's number one more than its place in `fields`, when `stamp` says this event.
    private var places: [(stamp: UInt32, place: UInt32)] = []
    private var stamp: UInt32 = 0
    /// The value of `ChangeEventHeader` in the body that was indexed.
    private(set) var headerNode: Int?
    private var isPubSub = false

    init(_ table: NameTable) {
        cache = NameCache(table)
        header = cache.number(of: "ChangeEventHeader")
        id = cache.number(of: "Id")
    }

    /// Reads `changedFields`; as a rule it names the body's fields in their order.
    mutating func readChanged(
        _ list: Int?,
        schema: Int?,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) {
        changed.read(list, schema: schema, &cache, guess: fields, nodes, in: text)
    }

    /// The leaves of a full record whose body is indexed: every non-null field and component (R16).
    mutating func full(
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        for place in fields.indices {
            let field = fields[place]
            switch nodes[field.value].kind {
            case .null: break
            case .object: object(field.name, field.value, nullsRemove: false, nodes, in: text, into: &event)
            default: set(field.name, Leaf.whole, field.value, nodes, in: text, into: &event)
            }
        }
        normalise(&event)
    }

    /// The leaves of a change whose body is indexed (R20); `isPubSub` says that the header has `nulledFields`.
    mutating func update(
        isPubSub: Bool,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        self.isPubSub = isPubSub
        if changed.names.isEmpty {
            event.hasBitmapFailure = event.hasBitmapFailure || changed.isUndecodable
            unnamed(nodes, in: text, into: &event)
        } else {
            for index in changed.names.indices { named(changed.names[index], nodes, in: text, into: &event) }
        }
        event.hasBitmapFailure = event.hasBitmapFailure || nulled.isUndecodable
        for name in nulled.names where name.field != header && name.field != id {
            let slot =
                name.component == ChangedNames.Name.whole ? Leaf.whole : Leaf.firstComponent + name.component
            remove(name.field, slot, from: &event)
        }
        normalise(&event)
    }

    // MARK: - R20

    /// R20a for one name.
    private mutating func named(
        _ name: ChangedNames.Name,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        let field = name.field
        guard field != header, field != id else { return }
        let value = valueNode(of: field)
        guard name.component != ChangedNames.Name.whole else {
            if let value, nodes[value].kind != .null {
                take(field, value, nodes, in: text, into: &event)
            } else {
                remove(field, Leaf.whole, from: &event)
            }
            return
        }
        let slot = Leaf.firstComponent + name.component
        guard let value, let inner = member(name.component, of: value, nodes, in: text),
            nodes[inner].kind != .null
        else {
            remove(field, slot, from: &event)
            return
        }
        touch(field, into: &event)
        set(field, slot, inner, nodes, in: text, into: &event)
    }

    /// R20b.
    private mutating func unnamed(
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        for place in fields.indices {
            let field = fields[place]
            if nodes[field.value].kind != .null {
                take(field.name, field.value, nodes, in: text, into: &event)
            } else if !isPubSub {
                remove(field.name, Leaf.whole, from: &event)
            }
        }
    }

    /// A value that is not null: a diff, an object to merge, or a value to set.
    private mutating func take(
        _ field: UInt32,
        _ value: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        let node = nodes[value]
        if node.kind == .object {
            if let diff = diffText(value, nodes, in: text) {
                set(field, Leaf.diff, diff, nodes, in: text, into: &event)
            } else {
                object(field, value, nullsRemove: !isPubSub, nodes, in: text, into: &event)
            }
        } else if node.kind == .string, isDiff(field, node, in: text) {
            set(field, Leaf.diff, value, nodes, in: text, into: &event)
        } else {
            set(field, Leaf.whole, value, nodes, in: text, into: &event)
        }
    }

    private func isDiff(_ field: UInt32, _ node: JSONNode, in text: Span<UInt8>) -> Bool {
        if diffs.names.contains(where: { $0.field == field && $0.component == ChangedNames.Name.whole }) {
            return true
        }
        return diffs.isUndecodable && JSONText.unescaped(node, in: text).bytes.starts(with: "--- \n+++ ".utf8)
    }

    /// The text of `{"diff": "…"}`.
    private func diffText(_ object: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> Int? {
        let name = object + 1
        guard Int(nodes[object].next) > name, Int(nodes[name + 1].next) == Int(nodes[object].next),
            nodes[name + 1].kind == .string, Tape.isText(nodes[name], "diff", in: text)
        else { return nil }
        return name + 1
    }

    private mutating func object(
        _ field: UInt32,
        _ object: Int,
        nullsRemove: Bool,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        touch(field, into: &event)
        let start = event.leaves.count
        var name = object + 1
        while name < Int(nodes[object].next) {
            let slot = Leaf.firstComponent + number(of: name, nodes, in: text)
            // Of one name the last value counts, so what an earlier one said is taken back.
            event.leaves[start...].firstIndex { $0.slot == slot }.map { _ = event.leaves.remove(at: $0) }
            if nodes[name + 1].kind != .null {
                set(field, slot, name + 1, nodes, in: text, into: &event)
            } else if nullsRemove {
                remove(field, slot, from: &event)
            }
            name = Int(nodes[name + 1].next)
        }
    }

    // MARK: - Leaves

    private func set(
        _ field: UInt32,
        _ slot: UInt32,
        _ value: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>,
        into event: inout SalesforceEvent
    ) {
        let start = event.values.count
        JSONText.appendCanonical(value, of: nodes, in: text, to: &event.values)
        event.leaves.append(
            Leaf(
                field: field,
                slot: slot,
                key: 0,
                start: UInt32(start),
                length: Int32(event.values.count - start)
            )
        )
    }

    private func touch(_ field: UInt32, into event: inout SalesforceEvent) {
        event.leaves.append(Leaf(field: field, slot: Leaf.touch, key: 0, start: 0, length: 0))
    }

    private func remove(_ field: UInt32, _ slot: UInt32, from event: inout SalesforceEvent) {
        event.leaves.append(Leaf(field: field, slot: slot, key: 0, start: 0, length: Leaf.removed))
    }

    /// Sorts by place; of one leaf a removal counts; a whole value hides the field's other leaves, a touch a diff.
    private func normalise(_ event: inout SalesforceEvent) {
        let kept = event.leaves.withUnsafeMutableBufferPointer { leaves in
            Self.sort(leaves)
            return Self.keepVisible(leaves)
        }
        if kept < event.leaves.count { event.leaves.removeLast(event.leaves.count - kept) }
    }

    /// By insertion: names are numbered as bodies first bring them, so that leaves come nearly sorted.
    private static func sort(_ leaves: UnsafeMutableBufferPointer<Leaf>) {
        guard leaves.count <= 256 else {
            var leaves = leaves
            leaves.sort { $0.place == $1.place ? $0.length < $1.length : $0.place < $1.place }
            return
        }
        var next = 1
        while next < leaves.count {
            let leaf = leaves[next]
            var hole = next
            while hole > 0 {
                let before = leaves[hole - 1]
                guard
                    leaf.place < before.place || leaf.place == before.place && leaf.length < before.length
                else { break }
                leaves[hole] = before
                hole -= 1
            }
            leaves[hole] = leaf
            next += 1
        }
    }

    /// Moves what counts of sorted leaves to the front; answers how many.
    private static func keepVisible(_ leaves: UnsafeMutableBufferPointer<Leaf>) -> Int {
        var kept = 0
        var whole: UInt32?
        var touched: UInt32?
        for place in leaves.indices {
            let leaf = leaves[place]
            if kept > 0, leaves[kept - 1].place == leaf.place { continue }
            if leaf.slot == Leaf.whole { whole = leaf.field }
            if leaf.slot == Leaf.touch { touched = leaf.field }
            if leaf.slot != Leaf.whole, whole == leaf.field { continue }
            if leaf.slot == Leaf.diff, touched == leaf.field { continue }
            leaves[kept] = leaf
            kept += 1
        }
        return kept
    }

    // MARK: - Names

    /// Makes a body's fields known to ``full(_:in:into:)`` and ``update(isPubSub:_:in:into:)``.
    mutating func index(_ payload: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) {
        fields.removeAll(keepingCapacity: true)
        headerNode = nil
        stamp &+= 1
        var name = payload + 1
        let end = Int(nodes[payload].next)
        while name < end {
            let number = number(of: name, nodes, in: text)
            let value = name + 1
            name = Int(nodes[value].next)
            guard number != header, number != id else {
                if number == header { headerNode = value }
                continue
            }
            if let place = place(of: number) {
                fields[place].value = value
            } else {
                while places.count <= Int(number) { places.append((0, 0)) }
                places[Int(number)] = (stamp, UInt32(fields.count))
                fields.append(Field(name: number, value: value))
            }
        }
    }

    private func place(of name: UInt32) -> Int? {
        guard Int(name) < places.count, places[Int(name)].stamp == stamp else { return nil }
        return Int(places[Int(name)].place)
    }

    private func valueNode(of name: UInt32) -> Int? { place(of: name).map { fields[$0].value } }

    private mutating func number(of name: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> UInt32 {
        let node = nodes[name]
        return node.isEscaped
            ? cache.number(of: JSONText.unescaped(node, in: text)) : cache.number(of: text, in: node.range)
    }

    private mutating func member(
        _ component: UInt32,
        of object: Int,
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) -> Int? {
        guard nodes[object].kind == .object else { return nil }
        var found: Int?
        var name = object + 1
        while name < Int(nodes[object].next) {
            if number(of: name, nodes, in: text) == component { found = name + 1 }
            name = Int(nodes[name + 1].next)
        }
        return found
    }
}
