internal import RefoldBytes

/// Joining what two states say of their fields.
extension MergeCombiner {
    mutating func joinLeaves(_ left: RawSpan, _ right: RawSpan, base: Int) {
        var lefts = LeafCursor(left)
        var rights = LeafCursor(right)
        leaves.removeAll(reserving: lefts.count + rights.count)
        var filter = LeafFilter(base: base)
        var ours = lefts.next(left, leftPlaces)
        var theirs = rights.next(right, rightPlaces)
        while true {
            if ours.place < theirs.place {
                add(JoinedLeaf(leaf: ours, isFromRight: false), &filter)
                ours = lefts.next(left, leftPlaces)
            } else if ours.place > theirs.place {
                add(JoinedLeaf(leaf: theirs, isFromRight: true), &filter)
                theirs = rights.next(right, rightPlaces)
            } else if ours.place == LeafCursor.end.place {
                return
            } else if ours.slot == Leaf.diff, ours.key != theirs.key {
                // Diffs of one field all count, in the order of their keys.
                if ours.key < theirs.key {
                    add(JoinedLeaf(leaf: ours, isFromRight: false), &filter)
                    ours = lefts.next(left, leftPlaces)
                } else {
                    add(JoinedLeaf(leaf: theirs, isFromRight: true), &filter)
                    theirs = rights.next(right, rightPlaces)
                }
            } else {
                let takesRight = Self.wins(theirs, right, over: ours, left)
                add(JoinedLeaf(leaf: takesRight ? theirs : ours, isFromRight: takesRight), &filter)
                ours = lefts.next(left, leftPlaces)
                theirs = rights.next(right, rightPlaces)
            }
        }
    }

    /// Whether a leaf of the same place wins: the greater key, then the smaller text.
    private static func wins(_ new: Leaf, _ newState: RawSpan, over old: Leaf, _ oldState: RawSpan) -> Bool {
        if new.key != old.key { return new.key > old.key }
        if new.isRemoval || old.isRemoval {
            guard new.isRemoval != old.isRemoval else { return false }
            return new.isRemoval
                == isNullSmaller(than: new.isRemoval ? old : new, new.isRemoval ? oldState : newState)
        }
        return MergeKey.compareBytes(newState, new.range, oldState, old.range) < 0
    }

    private static func isNullSmaller(than leaf: Leaf, _ state: RawSpan) -> Bool {
        let null: [UInt8] = Array("null".utf8)
        return MergeKey.compareBytes(null.span.bytes, 0..<null.count, state, leaf.range) < 0
    }

    @inline(__always)
    private mutating func add(_ joined: JoinedLeaf, _ filter: inout LeafFilter) {
        switch filter.judge(joined.leaf) {
        case .drop: return
        case .keep: break
        case .keepAndEmptyWhole:
            // A later touch hides the whole value for good; its key still hides older components.
            leaves.change(leaves.count - 1) { $0.leaf.length = Leaf.removed }
        }
        keys.change(Int(joined.leaf.key)) { $0.isKept = true }
        leaves.append(joined)
    }
}

/// Walks a state's leaves; their keys are told as places in the joined list.
private struct LeafCursor {
    /// Comes behind every leaf.
    static let end = Leaf(field: .max, slot: .max, key: 0, start: 0, length: 0)
    let count: Int
    private let keys: Int
    private var index = 0

    init(_ state: RawSpan) {
        count = MergeState.leafCount(state)
        keys = MergeState.keyCount(state)
    }

    @inline(__always)
    mutating func next(_ state: RawSpan, _ places: borrowing Scratch<UInt32>) -> Leaf {
        guard index < count else { return Self.end }
        var leaf = MergeState.leaf(index, keys: keys, state)
        leaf.key = places[Int(leaf.key)]
        index += 1
        return leaf
    }
}

/// Which leaves of a field still matter, given the field's other leaves; leaves come in the order of a state.
private struct LeafFilter {
    enum Verdict {
        case drop
        case keep
        case keepAndEmptyWhole
    }
    /// Place of the greatest key that sets the whole state, or -1.
    ///
    /// Leaves at it stay: whether it is a delete can change.
    let base: Int
    private var field: UInt32?
    private var whole = -1
    private var touch = -1

    init(base: Int) { self.base = base }

    @inline(__always)
    mutating func judge(_ leaf: Leaf) -> Verdict {
        if field != leaf.field {
            field = leaf.field
            whole = -1
            touch = -1
        }
        let key = Int(leaf.key)
        guard key >= base else { return .drop }
        switch leaf.slot {
        case Leaf.whole:
            whole = key
            return .keep
        case Leaf.touch:
            guard key > whole else { return .drop }
            touch = key
            return whole >= 0 ? .keepAndEmptyWhole : .keep
        case Leaf.diff:
            return key > max(whole, touch) ? .keep : .drop
        default:
            return key > whole ? .keep : .drop
        }
    }
}
