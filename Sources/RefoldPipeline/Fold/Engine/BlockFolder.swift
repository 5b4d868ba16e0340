internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel

/// What one block gave: states by shard, and what the segment's order is needed for.
struct BlockResult: Sendable {
    var position: BlockPosition
    /// Bytes up to the first line end, or all of them when there is none: the end of a line that began before.
    var head: [UInt8]
    /// Bytes behind the last line end: the begin of a line that ends later.
    var tail: [UInt8]
    var hasLineEnd: Bool
    /// Lines that begin and end in this block after the first line end.
    var wholeLines: Int
    var tally: FoldTally
    var decodedBytes: Int
}

/// Folds the whole lines of blocks: one worker's tools.
///
/// Isolation: one owner.
struct BlockFolder: ~Copyable {
    /// Bytes of lines that are parsed at once; a batch and its nodes stay in the core's cache.
    private static let batchBytes = 256 << 10

    private var decoder: BlockDecoder
    private var tape = JSONTape()
    private var folder: LineFolder

    init(_ plan: FoldPlan, shards: Int) throws(ArchiveError) {
        decoder = try BlockDecoder()
        folder = LineFolder(plan, shards: shards)
    }

    /// Folds one block of the segment with that number; the states are added to ``batches``.
    mutating func fold(
        _ block: consuming Block,
        number: UInt32
    ) throws(ArchiveError) -> BlockResult {
        let position = block.position
        try decoder.decode(block)
        folder.resetTally()
        var result = BlockResult(
            position: position,
            head: [],
            tail: [],
            hasLineEnd: false,
            wholeLines: 0,
            tally: FoldTally(),
            decodedBytes: 0
        )
        let place = LinePlace(segment: number, block: UInt32(position.ordinal), line: 1)
        decoder.withBytes { bytes in
            // The pointer stays within this call; 64 readable bytes lie behind it, as the tape asks.
            bytes.withUnsafeBytes { text in
                result.decodedBytes = text.count
                guard let first = text.firstIndex(of: UInt8(ascii: "\n")),
                    let last = text.lastIndex(of: UInt8(ascii: "\n"))
                else {
                    result.head = Array(text)
                    return
                }
                result.hasLineEnd = true
                result.head = Array(text[..<first])
                result.tail = Array(text[(last + 1)...])
                result.wholeLines = Self.fold(
                    UnsafeRawBufferPointer(rebasing: text[(first + 1)..<(last + 1)]),
                    from: place,
                    &tape,
                    &folder
                )
            }
        }
        result.tally = folder.tally
        return result
    }

    /// States by shard that nobody has taken yet.
    var batches: [StateBatch] {
        get { folder.batches }
        _modify { yield &folder.batches }
    }

    /// Folds one line that was cut by block ends; the states are added to ``batches``.
    mutating func fold(line: [UInt8], at place: LinePlace) -> FoldTally {
        folder.resetTally()
        let padded = line + [UInt8](repeating: 0, count: JSONTape.padding)
        padded.withUnsafeBytes { text in
            let lines = UnsafeRawBufferPointer(rebasing: text[..<line.count])
            if lines.isEmpty {
                folder.tally.blank += 1
            } else {
                _ = Self.fold(lines, from: place, &tape, &folder)
            }
        }
        return folder.tally
    }

    /// Folds lines in batches; answers how many there were.
    private static func fold(
        _ text: UnsafeRawBufferPointer,
        from place: LinePlace,
        _ tape: inout JSONTape,
        _ folder: inout LineFolder
    ) -> Int {
        var count = 0
        var start = 0
        while start < text.count {
            var end = min(start + batchBytes, text.count)
            if end < text.count {
                let cut = text[start..<end].lastIndex(of: UInt8(ascii: "\n"))
                let next = cut ?? text[end...].firstIndex(of: UInt8(ascii: "\n")) ?? text.count - 1
                end = next + 1
            }
            let batch = UnsafeRawBufferPointer(rebasing: text[start..<end])
            tape.withLines(of: batch) { lines, nodes, bytes in
                for index in lines.indices {
                    var here = place
                    here.line += UInt64(count)
                    folder.fold(lines[index], nodes, in: bytes, at: here)
                    count += 1
                }
            }
            start = end
        }
        return count
    }
}
