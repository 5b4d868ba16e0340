internal import RefoldBytes

/// What the order keys of a state say: lives it, from where on do leaves count, what makes it doubtful.
struct MergeRegisters {
    let keyCount: Int
    /// The key of the event with the greatest order.
    let last: MergeKey
    let version: Int64
    let isDeleted: Bool
    let isPartial: Bool
    /// The least key whose leaves count; nil: none do.
    let floor: Int?
    private let hasGap: Bool
    private let hasUpdateAfterDelete: Bool
    private let hasBitmapFailure: Bool

    init(_ state: RawSpan) {
        keyCount = MergeState.keyCount(state)
        last = MergeState.key(keyCount - 1, state)
        var base = -1
        var revival: Int?
        var ofVersion: Int64 = 0
        var lastGap = -1
        var lastUpdate = -1
        var lastFailure = -1
        var place = keyCount - 1
        while place >= 0 {
            let key = MergeState.key(place, state)
            if key.commitTimestamp == last.commitTimestamp { ofVersion += 1 }
            if base < 0 {
                // A gap beside a base is no event of its own (R13): only a later one revives.
                let isBase = !key.kinds.isDisjoint(with: .base)
                if isBase { base = place } else if !key.kinds.isDisjoint(with: .revivals) { revival = place }
                if !key.kinds.isDisjoint(with: .gaps) { lastGap = max(lastGap, place) }
                if key.kinds.contains(.update) { lastUpdate = max(lastUpdate, place) }
                if key.flags & MergeKey.hasBitmapFailure != 0 { lastFailure = max(lastFailure, place) }
            } else if key.commitTimestamp < last.commitTimestamp {
                break
            }
            place -= 1
        }
        version = last.commitTimestamp * 1000 + min(999, ofVersion - 1)
        let baseKind = base >= 0 ? MergeState.key(base, state).kinds.kind : nil
        if let baseKind, baseKind.isDelete {
            isDeleted = revival == nil
            isPartial = revival != nil
            floor = revival
            hasUpdateAfterDelete = revival == nil && lastUpdate > base
        } else {
            isDeleted = false
            isPartial = baseKind == nil
            floor = max(base, 0)
            hasUpdateAfterDelete = false
        }
        hasGap = lastGap > base
        hasBitmapFailure = floor.map { lastFailure >= $0 } ?? false
    }

    /// The marks of a doubtful state, sorted.
    func dirty(hasDiffMark: Bool) -> [String] {
        var marks: [String] = []
        if hasBitmapFailure { marks.append("bitmap") }
        if hasDiffMark { marks.append("diff") }
        if hasGap { marks.append("gap") }
        if hasUpdateAfterDelete { marks.append("update_after_delete") }
        return marks
    }
}
