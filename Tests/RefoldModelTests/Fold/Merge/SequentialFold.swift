import RefoldBytes
import RefoldModel

/// FOLD's sections D and E said the slow way: sort the history, unite copies, apply one event after the other.
///
/// It shares nothing with the registers but JSON values, so that the two can only agree by both being right.
struct SequentialFold {
    enum State: String {
        case absent
        case live
        case deleted
    }
    private(set) var state = State.absent
    private(set) var fields: [String: Content] = [:]
    private var marked: Set<String> = []
    private var isPartial = false
    private var hasGap = false
    private var hasBitmapFailure = false
    private var hasUpdateAfterDelete = false
    private(set) var applied = 0
    private(set) var ignored = 0
    private(set) var duplicates = 0
    private(set) var notes: [String: Int] = [:]
    private var events: [UnitedChange] = []

    /// What a field holds.
    enum Content: Equatable {
        case value(JSONValue)
        case object([String: JSONValue])
    }

    init(_ history: [MadeChange]) {
        var copies: [MadeChange.Order: [MadeChange]] = [:]
        for change in history { copies[change.order, default: []].append(change) }
        events = copies.keys.sorted().map { UnitedChange(copies[$0, default: []]) }
        for event in events {
            duplicates += event.copies - 1
            if take(event) { applied += 1 } else { ignored += 1 }
        }
    }

    // MARK: - R16 to R19

    private mutating func take(_ event: UnitedChange) -> Bool {
        switch event.kind {
        case .create, .snapshot, .undelete:
            noteFull(event.kind)
            clear(to: .live)
            apply(event)
            return true
        case .delete, .gapDelete:
            if state == .absent { note("delete_unknown") }
            if state == .deleted { note("delete_on_deleted") }
            clear(to: .deleted)
            return true
        case .gapUpdate where state == .deleted:
            note("gap_after_delete")
            hasGap = true
            if event.hasUpdate { refuseUpdate() }
            return false
        case .gapCreate, .gapUndelete, .gapUpdate:
            if state != .live {
                hasUpdateAfterDelete = false
                isPartial = true
                state = .live
            }
            hasGap = true
            if event.hasUpdate { apply(event) }
            return true
        case .update where state == .deleted:
            refuseUpdate()
            return false
        case .update:
            if state == .absent {
                note("update_unknown")
                isPartial = true
                state = .live
            }
            apply(event)
            return true
        case .gapOverflow: return true
        }
    }

    private mutating func refuseUpdate() {
        note("update_after_delete")
        hasUpdateAfterDelete = true
    }

    private mutating func noteFull(_ kind: ChangeKind) {
        switch (kind, state) {
        case (.create, .live): note("create_on_live")
        case (.create, .deleted): note("create_after_delete")
        case (.undelete, .live): note("undelete_on_live")
        case (.undelete, .absent): note("undelete_unknown")
        default: break
        }
    }

    private mutating func clear(to new: State) {
        state = new
        fields = [:]
        marked = []
        isPartial = false
        hasGap = false
        hasBitmapFailure = false
        hasUpdateAfterDelete = false
    }

    private mutating func note(_ word: String) { notes[word, default: 0] += 1 }

    // MARK: - R20 and R21

    private mutating func apply(_ event: UnitedChange) {
        if event.hasBitmapFailure { hasBitmapFailure = true }
        for (leaf, text) in event.leaves.sorted(by: { $0.key < $1.key }) {
            switch leaf.part {
            case .whole:
                fields[leaf.field] = text.map { .value($0) }
                marked.remove(leaf.field)
            case .touch:
                if case .object = fields[leaf.field] {} else { fields[leaf.field] = .object([:]) }
                marked.remove(leaf.field)
            case .component(let name):
                if case .object(var members) = fields[leaf.field] {
                    members[name] = text
                    fields[leaf.field] = .object(members)
                }
            case .diff: patch(leaf.field, text)
            }
        }
        fields = fields.filter { $0.value != .object([:]) }
    }

    private mutating func patch(_ field: String, _ diff: JSONValue?) {
        guard case .value(let stored)? = fields[field], let new = MadeDiff.applied(diff, to: stored) else {
            marked.insert(field)
            return
        }
        fields[field] = .value(new)
    }

    // MARK: - R23, R24 and F

    var line: String? {
        guard let last = events.last?.order, let kind = events.last?.kind else { return nil }
        let same = events.count { $0.order.timestamp == last.timestamp }
        var dirty: [String] = []
        if hasBitmapFailure { dirty.append("bitmap") }
        if !marked.isEmpty { dirty.append("diff") }
        if hasGap { dirty.append("gap") }
        if hasUpdateAfterDelete { dirty.append("update_after_delete") }
        let value: JSONValue = [
            "applied": .integer(applied), "dirty": listed(dirty), "duplicates": .integer(duplicates),
            "entity": "Account", "fields": .object(object), "id": "0015f00002J9YYEAA3",
            "ignored": .integer(ignored),
            "key": "Account#0015f00002J9YYEAA3",
            "last": [
                "changeType": .string(kind.word), "commitNumber": .integer(last.number),
                "commitTimestamp": .integer(last.timestamp), "sequenceNumber": .integer(last.sequence),
                "transactionKey": .string(last.transaction),
            ],
            "partial": .bool(isPartial), "state": .text(state.rawValue),
            "version": .integer(last.timestamp * 1000 + Int64(min(999, same - 1))),
        ]
        return value.canonical.string
    }

    private var object: JSONObject {
        JSONObject(
            fields.sorted { $0.key < $1.key }.map { name, content in
                switch content {
                case .value(let value): (ByteString(name), value)
                case .object(let members):
                    (ByteString(name), .object(JSONObject(members.map { (ByteString($0), $1) })))
                }
            }
        )
    }
}
