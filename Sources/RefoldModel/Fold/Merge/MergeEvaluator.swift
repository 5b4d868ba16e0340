package import RefoldBytes

/// What the registers of one aggregate come to (FOLD, sections E and F).
package struct MergeEvaluator: Sendable {
    private let names: [ByteString]
    /// The place of each name in the order of bytes.
    private let ranks: [UInt32]
    /// Each name as a quoted JSON string and a colon.
    private let quoted: [[UInt8]]

    /// An evaluator for states whose names a table numbered; no name may be added afterwards.
    package init(_ table: NameTable) {
        names = table.names
        var ranks = [UInt32](repeating: 0, count: names.count)
        for (rank, number) in names.indices.sorted(by: { [names] in names[$0] < names[$1] }).enumerated() {
            ranks[number] = UInt32(rank)
        }
        self.ranks = ranks
        quoted = names.map { name in
            var bytes: [UInt8] = []
            JSONText.appendQuoted(name.bytes, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            return bytes
        }
    }

    /// The snapshot of one aggregate.
    package func snapshot(_ state: RawSpan, entity: ByteString, id: ByteString) -> AggregateSnapshot {
        let registers = MergeRegisters(state)
        var fields: [UInt8] = []
        var hasDiffMark = false
        appendFields(state, registers, to: &fields, hasDiffMark: &hasDiffMark)
        return AggregateSnapshot(
            entity: entity,
            id: id,
            state: registers.isDeleted ? .deleted : .live,
            fields: ByteString(fields),
            version: registers.version,
            position: registers.last.commitTimestamp,
            time: .integer(registers.last.commitTimestamp),
            type: registers.last.kinds.kind.word,
            isPartial: registers.isPartial,
            dirty: registers.dirty(hasDiffMark: hasDiffMark)
        )
    }

    // MARK: - Fields

    private struct Field {
        var rank: UInt32
        var leaves: Range<Int>
    }

    private func appendFields(
        _ state: RawSpan,
        _ registers: MergeRegisters,
        to output: inout [UInt8],
        hasDiffMark: inout Bool
    ) {
        output.append(UInt8(ascii: "{"))
        defer { output.append(UInt8(ascii: "}")) }
        guard let floor = registers.floor else { return }
        let leaves = (0..<MergeState.leafCount(state)).map {
            MergeState.leaf($0, keys: registers.keyCount, state)
        }
        var fields: [Field] = []
        var start = 0
        while start < leaves.count {
            var end = start + 1
            while end < leaves.count, leaves[end].field == leaves[start].field { end += 1 }
            fields.append(Field(rank: ranks[Int(leaves[start].field)], leaves: start..<end))
            start = end
        }
        fields.sort { $0.rank < $1.rank }
        for field in fields {
            let length = output.count
            if length > 1 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: quoted[Int(leaves[field.leaves.lowerBound].field)])
            let isPresent = appendValue(
                of: leaves[field.leaves],
                state,
                floor: floor,
                to: &output,
                hasDiffMark: &hasDiffMark
            )
            if !isPresent { output.removeLast(output.count - length) }
        }
    }

    /// Appends one field's value; false when the field is absent.
    private func appendValue(
        of leaves: ArraySlice<Leaf>,
        _ state: RawSpan,
        floor: Int,
        to output: inout [UInt8],
        hasDiffMark: inout Bool
    ) -> Bool {
        var whole: Leaf?
        var touch = -1
        var components: [Leaf] = []
        var diffs: [Leaf] = []
        for leaf in leaves where Int(leaf.key) >= floor {
            switch leaf.slot {
            case Leaf.whole: whole = leaf
            case Leaf.touch: touch = Int(leaf.key)
            case Leaf.diff: diffs.append(leaf)
            default: components.append(leaf)
            }
        }
        let wholeKey = whole.map { Int($0.key) } ?? -1
        diffs.removeAll { Int($0.key) <= max(wholeKey, touch) }
        if touch > wholeKey {
            hasDiffMark = hasDiffMark || !diffs.isEmpty
            return appendObject(
                components.filter { Int($0.key) > wholeKey && !$0.isRemoval },
                state,
                to: &output
            )
        }
        guard let whole, !whole.isRemoval else {
            hasDiffMark = hasDiffMark || !diffs.isEmpty
            return false
        }
        if diffs.isEmpty {
            append(whole.range, of: state, to: &output)
        } else {
            appendPatched(whole, by: diffs, state, to: &output, hasDiffMark: &hasDiffMark)
        }
        return true
    }

    private func appendObject(_ components: [Leaf], _ state: RawSpan, to output: inout [UInt8]) -> Bool {
        guard !components.isEmpty else { return false }
        let sorted = components.sorted {
            ranks[Int($0.slot - Leaf.firstComponent)] < ranks[Int($1.slot - Leaf.firstComponent)]
        }
        output.append(UInt8(ascii: "{"))
        for (place, component) in sorted.enumerated() {
            if place > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: quoted[Int(component.slot - Leaf.firstComponent)])
            append(component.range, of: state, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return true
    }

    /// Applies diffs in their order; one that does not apply leaves the text and marks the field (R21).
    private func appendPatched(
        _ whole: Leaf,
        by diffs: [Leaf],
        _ state: RawSpan,
        to output: inout [UInt8],
        hasDiffMark: inout Bool
    ) {
        guard var text = unquoted(whole.range, of: state) else {
            hasDiffMark = true
            append(whole.range, of: state, to: &output)
            return
        }
        for diff in diffs {
            if let patch = unquoted(diff.range, of: state).flatMap(TextDiff.init),
                let new = patch.applied(to: text)
            {
                text = new
            } else {
                hasDiffMark = true
            }
        }
        JSONText.appendQuoted(text, to: &output)
    }

    private func append(_ range: Range<Int>, of state: RawSpan, to output: inout [UInt8]) {
        state.extracting(range).withUnsafeBytes { output.append(contentsOf: $0) }
    }

    /// The text of a canonical JSON string; nil for any other value.
    private func unquoted(_ range: Range<Int>, of state: RawSpan) -> [UInt8]? {
        var json: [UInt8] = []
        append(range, of: state, to: &json)
        guard json.count >= 2, json.first == UInt8(ascii: "\"") else { return nil }
        var text: [UInt8] = []
        JSONText.appendUnescaped(raw: json.span.extracting(1..<json.count - 1), to: &text)
        return text
    }
}
