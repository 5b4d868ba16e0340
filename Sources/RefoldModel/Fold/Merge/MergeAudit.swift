package import RefoldBytes

/// The exact counts and notes of one aggregate, from a state that kept the key of every event (FOLD E, R23).
package struct MergeAudit: Sendable, Equatable {
    /// Distinct events that changed the state.
    package private(set) var applied = 0
    /// Distinct events that did not.
    package private(set) var ignored = 0
    /// Further copies.
    package private(set) var duplicates = 0
    /// How often each note was made.
    package private(set) var notes: [String: Int] = [:]

    private enum State {
        case absent
        case live
        case deleted
    }

    /// Follows the events of a state in their order.
    package init(_ state: RawSpan) {
        var now = State.absent
        for place in 0..<MergeState.keyCount(state) {
            let key = MergeState.key(place, state)
            duplicates += Int(key.copies) - 1
            let isApplied = follow(key.kinds, &now)
            applied += isApplied ? 1 : 0
            ignored += isApplied ? 0 : 1
        }
    }

    private mutating func follow(_ kinds: ChangeKinds, _ now: inout State) -> Bool {
        let kind = kinds.kind
        if kind.isFull {
            noteFull(kind, now)
            now = .live
            return true
        }
        if kind.isDelete {
            if now == .absent { note("delete_unknown") }
            if now == .deleted { note("delete_on_deleted") }
            now = .deleted
            return true
        }
        var isApplied = true
        switch (kind, now) {
        case (.update, .absent):
            note("update_unknown")
            now = .live
        case (.gapUpdate, .deleted):
            note("gap_after_delete")
            isApplied = false
        case (.update, .deleted): break
        default: now = .live
        }
        if kinds.contains(.update), now == .deleted {
            note("update_after_delete")
            isApplied = false
        }
        return isApplied
    }

    private mutating func noteFull(_ kind: ChangeKind, _ now: State) {
        switch (kind, now) {
        case (.create, .live): note("create_on_live")
        case (.create, .deleted): note("create_after_delete")
        case (.undelete, .live): note("undelete_on_live")
        case (.undelete, .absent): note("undelete_unknown")
        default: break
        }
    }

    private mutating func note(_ word: String) { notes[word, default: 0] += 1 }

    /// The line that `state --all` writes (FOLD F), without its end.
    package func line(_ state: RawSpan, _ snapshot: AggregateSnapshot) -> ByteString {
        let last = MergeRegisters(state).last
        let isIdentity = last.flags & MergeKey.isIdentity != 0
        let name = state.extracting(last.nameRange).withUnsafeBytes { ByteString(copying: $0) }
        let before: JSONValue = [
            "applied": .integer(applied), "dirty": .array(snapshot.dirty.map { .text($0) }),
            "duplicates": .integer(duplicates), "entity": .string(snapshot.entity),
        ]
        let after: JSONValue = [
            "id": .string(snapshot.id), "ignored": .integer(ignored), "key": .string(snapshot.key),
            "last": [
                "changeType": .string(last.kinds.kind.word), "commitNumber": .integer(last.commitNumber),
                "commitTimestamp": .integer(last.commitTimestamp),
                "sequenceNumber": .integer(last.sequenceNumber),
                "transactionKey": .string(isIdentity ? "" : name),
            ],
            "partial": .bool(snapshot.isPartial), "state": .text(snapshot.state.rawValue),
            "version": .integer(snapshot.version),
        ]
        var line = before.canonical.bytes
        line.removeLast()
        line.append(contentsOf: ",\"fields\":".utf8)
        line.append(contentsOf: snapshot.fields.bytes)
        line.append(UInt8(ascii: ","))
        line.append(contentsOf: after.canonical.bytes.dropFirst())
        return ByteString(line)
    }
}
