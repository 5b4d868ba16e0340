internal import RefoldBytes

/// Joins two partial states of one aggregate register by register: commutative, associative, idempotent.
///
/// The greater order key wins; at equal keys the byte-wise smaller canonical text, a removal being `null` (R13). What no
/// later event can bring back to light is dropped, so a state stays as small as its fields.
/// Isolation: one owner; the buffers are filled again for each join.
package struct MergeCombiner: ~Copyable {
    private struct JoinedKey {
        var key: MergeKey
        var isFromRight: Bool
        var isKept: Bool
        var place: UInt32
    }
    private struct JoinedLeaf {
        var leaf: Leaf
        var isFromRight: Bool
    }
    /// Keys of the greatest timestamp beyond this many change no version (R24).
    private static let versionKeys = 1000

    private let keepsHistory: Bool
    private var keys: [JoinedKey] = []
    private var leftPlaces: [UInt32] = []
    private var rightPlaces: [UInt32] = []
    private var leaves: [JoinedLeaf] = []
    private var output: [UInt8] = []
    private var outputCount = 0

    /// A combiner; with history every distinct event's key stays, for counts and notes.
    package init(keepsHistory: Bool) { self.keepsHistory = keepsHistory }

    /// Lends the state made last.
    package func withOutput<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(output.span.bytes.extracting(first: outputCount))
    }

    /// Makes the state that one event alone gives.
    package mutating func encode(_ event: borrowing SalesforceEvent) {
        let hasKey = !event.transactionKey.isEmpty
        let name = hasKey ? event.transactionKey.bytes : event.identity.bytes
        var flags: UInt16 = hasKey ? 0 : MergeKey.isIdentity
        if event.hasBitmapFailure { flags |= MergeKey.hasBitmapFailure }
        let tables =
            MergeState.headerBytes + MemoryLayout<MergeKey>.stride
            + event.leaves.count * MemoryLayout<Leaf>.stride
        let key = MergeKey(
            commitTimestamp: event.commitTimestamp,
            commitNumber: event.commitNumber,
            sequenceNumber: event.sequenceNumber,
            nameStart: UInt32(tables),
            nameLength: UInt32(name.count),
            copies: 1,
            kinds: ChangeKinds(event.kind),
            flags: flags
        )
        let texts = tables + name.count
        prepareOutput(texts + event.values.count)
        output.withUnsafeMutableBytes { target in
            target.storeBytes(of: 1, toByteOffset: 0, as: UInt32.self)
            target.storeBytes(of: UInt32(event.leaves.count), toByteOffset: 4, as: UInt32.self)
            target.storeBytes(of: key, toByteOffset: MergeState.headerBytes, as: MergeKey.self)
            var at = MergeState.headerBytes + MemoryLayout<MergeKey>.stride
            for index in event.leaves.indices {
                var leaf = event.leaves[index]
                leaf.start += UInt32(texts)
                target.storeBytes(of: leaf, toByteOffset: at, as: Leaf.self)
                at += MemoryLayout<Leaf>.stride
            }
            name.withUnsafeBytes { Self.copy($0, 0..<name.count, to: target, at: tables) }
            event.values.withUnsafeBytes { Self.copy($0, 0..<$0.count, to: target, at: texts) }
        }
    }

    /// Joins two states.
    package mutating func combine(_ left: RawSpan, _ right: RawSpan) {
        joinKeys(left, right)
        let base = markKeys()
        joinLeaves(left, right, base: base)
        write(left, right)
    }

    // MARK: - Keys

    private mutating func joinKeys(_ left: RawSpan, _ right: RawSpan) {
        keys.removeAll(keepingCapacity: true)
        leftPlaces.removeAll(keepingCapacity: true)
        rightPlaces.removeAll(keepingCapacity: true)
        let leftCount = MergeState.keyCount(left)
        let rightCount = MergeState.keyCount(right)
        var leftIndex = 0
        var rightIndex = 0
        while leftIndex < leftCount || rightIndex < rightCount {
            let place = UInt32(keys.count)
            var order = leftIndex < leftCount ? -1 : 1
            if leftIndex < leftCount, rightIndex < rightCount {
                order = MergeKey.compare(
                    MergeState.key(leftIndex, left),
                    left,
                    MergeState.key(rightIndex, right),
                    right
                )
            }
            var key = order <= 0 ? MergeState.key(leftIndex, left) : MergeState.key(rightIndex, right)
            if order == 0 {
                let copy = MergeState.key(rightIndex, right)
                key.kinds.formUnion(copy.kinds)
                key.flags |= copy.flags
                key.copies &+= copy.copies
            }
            if order <= 0 {
                leftPlaces.append(place)
                leftIndex += 1
            }
            if order >= 0 {
                rightPlaces.append(place)
                rightIndex += 1
            }
            keys.append(JoinedKey(key: key, isFromRight: order > 0, isKept: keepsHistory, place: 0))
        }
    }

    /// Marks the keys that matter without a leaf and answers the place of the base, or -1.
    private mutating func markKeys() -> Int {
        guard let last = keys.indices.last else { return -1 }
        let base = keys.lastIndex { !$0.key.kinds.isDisjoint(with: .base) } ?? -1
        let greatest = keys[last].key.commitTimestamp
        if base >= 0 { keys[base].isKept = true }
        var lacksGap = true
        var lacksUpdate = true
        var lacksFailure = true
        for place in stride(from: last, through: 0, by: -1) {
            let key = keys[place].key
            let isOfVersion = key.commitTimestamp == greatest && last - place < Self.versionKeys
            guard isOfVersion || place > base else { break }
            var isKept = isOfVersion
            if place > base {
                let isGap = !key.kinds.isDisjoint(with: .gaps)
                let isUpdate = key.kinds.contains(.update)
                let isFailure = key.flags & MergeKey.hasBitmapFailure != 0
                isKept = isKept || !key.kinds.isDisjoint(with: .revivals)
                isKept = isKept || isGap && lacksGap || isUpdate && lacksUpdate || isFailure && lacksFailure
                lacksGap = lacksGap && !isGap
                lacksUpdate = lacksUpdate && !isUpdate
                lacksFailure = lacksFailure && !isFailure
            }
            if isKept { keys[place].isKept = true }
        }
        return base
    }

    // MARK: - Leaves

    private mutating func joinLeaves(_ left: RawSpan, _ right: RawSpan, base: Int) {
        leaves.removeAll(keepingCapacity: true)
        let leftKeys = MergeState.keyCount(left)
        let rightKeys = MergeState.keyCount(right)
        let leftCount = MergeState.leafCount(left)
        let rightCount = MergeState.leafCount(right)
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
            leaves[leaves.count - 1].leaf.length = Leaf.removed
        }
        keys[Int(joined.leaf.key)].isKept = true
        leaves.append(joined)
    }

    // MARK: - Output

    private mutating func prepareOutput(_ count: Int) {
        if output.count < count { output = [UInt8](repeating: 0, count: max(count, output.count * 2, 4096)) }
        outputCount = count
    }

    private static func copy(
        _ source: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        to target: UnsafeMutableRawBufferPointer,
        at offset: Int
    ) {
        let place = UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + range.count])
        place.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
    }

    private mutating func write(_ left: RawSpan, _ right: RawSpan) {
        var keyCount = 0
        var names = 0
        for place in keys.indices where keys[place].isKept {
            keys[place].place = UInt32(keyCount)
            keyCount += 1
            names += Int(keys[place].key.nameLength)
        }
        let tables =
            MergeState.headerBytes + keyCount * MemoryLayout<MergeKey>.stride
            + leaves.count * MemoryLayout<Leaf>.stride
        let values = leaves.reduce(0) { $0 + $1.leaf.range.count }
        prepareOutput(tables + names + values)
        // One function's pointers: both states and the output are alive and do not overlap.
        output.withUnsafeMutableBytes { target in
            left.withUnsafeBytes { left in
                right.withUnsafeBytes { right in
                    target.storeBytes(of: UInt32(keyCount), toByteOffset: 0, as: UInt32.self)
                    target.storeBytes(of: UInt32(leaves.count), toByteOffset: 4, as: UInt32.self)
                    var at = MergeState.headerBytes
                    var text = tables
                    for joined in keys where joined.isKept {
                        var key = joined.key
                        let source = joined.isFromRight ? right : left
                        Self.copy(source, key.nameRange, to: target, at: text)
                        key.nameStart = UInt32(text)
                        text += Int(key.nameLength)
                        target.storeBytes(of: key, toByteOffset: at, as: MergeKey.self)
                        at += MemoryLayout<MergeKey>.stride
                    }
                    for joined in leaves {
                        var leaf = joined.leaf
                        let range = leaf.range
                        let source = joined.isFromRight ? right : left
                        Self.copy(source, range, to: target, at: text)
                        leaf.key = keys[Int(leaf.key)].place
                        leaf.start = UInt32(text)
                        text += range.count
                        target.storeBytes(of: leaf, toByteOffset: at, as: Leaf.self)
                        at += MemoryLayout<Leaf>.stride
                    }
                }
            }
        }
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
