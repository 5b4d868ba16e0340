internal import RefoldBytes

/// Joining what two states say of their fields.
extension MergeCombiner {
    mutating func joinLeaves(_ left: RawSpan, _ right: RawSpan, base: Int) {
        let leftKeys = MergeState.keyCount(left)
        let rightKeys = MergeState.keyCount(right)
        let leftCount = MergeState.leafCount(left)
        let rightCount = MergeState.leafCount(right)
        leaves.removeAll(reserving: leftCount + rightCount)
        var filter = LeafFilter(base: base)
        var leftIndex = 0
        var rightIndex = 0
        while leftIndex < leftCount || rightIndex < rightCount {
            var order = leftIndex < leftCount ? -1 : 1
            var ours = Leaf(field: 0, slot: 0, key: 0, start: 0, length: 0)
            var theirs = ours
            if leftIndex < leftCount {
                ours = MergeState.leaf(leftIndex, keys: leftKeys, left)
                ours.key = leftPlaces[Int(ours.key)]
            }
            if rightIndex < rightCount {
                theirs = MergeState.leaf(rightIndex, keys: rightKeys, right)
                theirs.key = rightPlaces[Int(theirs.key)]
            }
            if leftIndex < leftCount, rightIndex < rightCount {
                if ours.place != theirs.place {
                    order = ours.place < theirs.place ? -1 : 1
                } else if ours.slot == Leaf.diff, ours.key != theirs.key {
                    order = ours.key < theirs.key ? -1 : 1
                } else {
                    order = 0
                }
            }
            let takesRight = order > 0 || order == 0 && Self.wins(theirs, right, over: ours, left)
            add(JoinedLeaf(leaf: takesRight ? theirs : ours, isFromRight: takesRight), &filter)
            if order <= 0 { leftIndex += 1 }
            if order >= 0 { rightIndex += 1 }
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
