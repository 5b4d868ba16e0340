internal import RefoldBytes

/// Joins two partial states of one aggregate register by register: commutative, associative, idempotent.
///
/// The greater order key wins; at equal keys the byte-wise smaller canonical text, a removal being `null` (R13). What no
/// later event can bring back to light is dropped, so a state stays as small as its fields.
/// Isolation: one owner; the buffers are filled again for each join.
package struct MergeCombiner: ~Copyable {
    struct JoinedKey: BitwiseCopyable {
        var key: MergeKey
        var isFromRight: Bool
        var isKept: Bool
        var place: UInt32
    }
    struct JoinedLeaf: BitwiseCopyable {
        var leaf: Leaf
        var isFromRight: Bool
    }
    /// Keys of the greatest timestamp beyond this many change no version (R24).
    private static let versionKeys = 1000

    private let keepsHistory: Bool
    var keys = Scratch<JoinedKey>()
    var leftPlaces = Scratch<UInt32>()
    var rightPlaces = Scratch<UInt32>()
    var leaves = Scratch<JoinedLeaf>()
    var output: [UInt8] = []
    var outputCount = 0

    /// A combiner; with history every distinct event's key stays, for counts and notes.
    package init(keepsHistory: Bool) { self.keepsHistory = keepsHistory }

    /// Lends the state made last.
    package func withOutput<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(output.span.bytes.extracting(first: outputCount))
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
        let leftCount = MergeState.keyCount(left)
        let rightCount = MergeState.keyCount(right)
        keys.removeAll(reserving: leftCount + rightCount)
        leftPlaces.removeAll(reserving: leftCount)
        rightPlaces.removeAll(reserving: rightCount)
        var leftIndex = 0
        var rightIndex = 0
        if isBehind(right, left) {
            // As a rule what comes is newer than all that is there.
            while leftIndex < leftCount { append(&leftIndex, of: left, isRight: false) }
            while rightIndex < rightCount { append(&rightIndex, of: right, isRight: true) }
            return
        }
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

    /// Whether every key of a state comes after every key of another.
    private func isBehind(_ state: RawSpan, _ other: RawSpan) -> Bool {
        let count = MergeState.keyCount(other)
        guard count > 0, MergeState.keyCount(state) > 0 else { return false }
        return MergeKey.compare(MergeState.key(count - 1, other), other, MergeState.key(0, state), state) < 0
    }

    private mutating func append(_ index: inout Int, of state: RawSpan, isRight: Bool) {
        let place = UInt32(keys.count)
        if isRight { rightPlaces.append(place) } else { leftPlaces.append(place) }
        let key = MergeState.key(index, state)
        keys.append(JoinedKey(key: key, isFromRight: isRight, isKept: keepsHistory, place: 0))
        index += 1
    }

    /// Marks the keys that matter without a leaf and answers the place of the base, or -1.
    private mutating func markKeys() -> Int {
        let last = keys.count - 1
        guard last >= 0 else { return -1 }
        var base = last
        while base >= 0, keys[base].key.kinds.isDisjoint(with: .base) { base -= 1 }
        let greatest = keys[last].key.commitTimestamp
        if base >= 0 { keys.change(base) { $0.isKept = true } }
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
            if isKept { keys.change(place) { $0.isKept = true } }
        }
        return base
    }
}
