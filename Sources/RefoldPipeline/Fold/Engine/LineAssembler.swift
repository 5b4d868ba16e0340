internal import RefoldArchive
internal import RefoldModel

/// Puts the lines of a segment together where blocks cut them, and knows each line's number.
///
/// Blocks come in any order; each is taken in when those before it are.
struct LineAssembler: Sendable {
    /// A line that blocks cut, or that stands at a block's begin.
    struct CutLine: Sendable {
        var place: LinePlace
        var bytes: [UInt8]
    }
    /// One segment's progress.
    struct Progress: Sendable {
        var next = 0
        var carry: [UInt8] = []
        /// Lines that have ended.
        var lines = 0
        /// For each block the lines that ended before it.
        var bases: [Int] = []
        var pending: [Int: BlockResult] = [:]
        /// How many blocks the segment has, when it has ended.
        var blocks: Int?
        var isDamaged = false
        var isComplete = false
    }
    /// Bytes of the longest line; an event has at most one million (DOMAIN 1.3).
    static let longestLine = 128 << 20

    private(set) var progress: [Int: Progress] = [:]

    init() {}

    /// The number of a segment's line that grew too long, if one did.
    func overlongLine(of segment: Int) -> Int? {
        guard let own = progress[segment], own.carry.count > Self.longestLine else { return nil }
        return own.lines + 1
    }

    /// Goes on in the middle of a segment.
    mutating func resume(segment: Int, _ resumed: Progress) { progress[segment] = resumed }

    /// The line number from 1 of a place.
    func lineNumber(_ place: LinePlace, segment: Int) -> Int? {
        guard let bases = progress[segment]?.bases, Int(place.block) < bases.count else { return nil }
        return bases[Int(place.block)] + Int(place.line) + 1
    }

    /// Takes a block's result; answers the cut lines that can be folded now and the results now in order.
    mutating func take(
        _ result: BlockResult,
        segment: Int,
        number: UInt32
    ) -> (lines: [CutLine], inOrder: [BlockResult]) {
        progress[segment, default: Progress()].pending[result.position.ordinal] = result
        return Self.advance(&progress[segment, default: Progress()], number)
    }

    /// Takes the end of a segment; answers its last line when all blocks were taken already.
    mutating func end(segment: Int, number: UInt32, blocks: Int, isDamaged: Bool) -> [CutLine] {
        progress[segment, default: Progress()].blocks = blocks
        progress[segment, default: Progress()].isDamaged = isDamaged
        return Self.advance(&progress[segment, default: Progress()], number).lines
    }

    private static func advance(
        _ own: inout Progress,
        _ number: UInt32
    ) -> (lines: [CutLine], inOrder: [BlockResult]) {
        var lines: [CutLine] = []
        var inOrder: [BlockResult] = []
        while let result = own.pending.removeValue(forKey: own.next) {
            own.bases.append(own.lines)
            if result.hasLineEnd {
                lines.append(cutLine(&own, ending: result.head, number))
                own.carry = result.tail
                own.lines += 1 + result.wholeLines
            } else {
                own.carry.append(contentsOf: result.head)
            }
            own.next += 1
            inOrder.append(result)
        }
        if own.blocks == own.next, !own.isComplete {
            own.isComplete = true
            own.bases.append(own.lines)
            // The begin of a line that a damaged frame would have ended is dropped (FOLD R3).
            if !own.carry.isEmpty, !own.isDamaged {
                lines.append(cutLine(&own, ending: [], number))
                own.lines += 1
            }
            own.carry = []
        }
        return (lines, inOrder)
    }

    private static func cutLine(_ own: inout Progress, ending head: [UInt8], _ number: UInt32) -> CutLine {
        var bytes = own.carry
        bytes.append(contentsOf: head)
        // A byte order mark counts only at the very start of a segment (FOLD R4).
        if own.lines == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        let place = LinePlace(segment: number, block: UInt32(own.bases.count - 1), line: 0)
        return CutLine(place: place, bytes: bytes)
    }
}
