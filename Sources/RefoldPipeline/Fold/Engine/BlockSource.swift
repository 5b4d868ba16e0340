internal import RefoldArchive
internal import RefoldBytes
internal import Synchronization

/// Hands out the blocks of the segments that are still to be read, in order.
///
/// Isolation: one lock; workers take turns, so a block is read or streamed by one while the others fold.
struct BlockSource: ~Copyable, Sendable {
    /// What comes next.
    enum Step: ~Copyable {
        /// A block.
        case block(Block)
        /// A segment has ended, everything verified; `damage` is what salvage left out.
        case segmentEnd(segment: Int, blocks: Int, damage: SegmentReader.Damage?)
        /// The archive has ended.
        case end
    }
    /// Where reading of a segment that is not done goes on.
    struct Resumption: Sendable {
        var segment: Int
        var position: BlockPosition
    }
    private let segments: [Segment]
    private let salvages: Bool
    private var pending: [Int]
    private var resumption: Resumption?
    private var reader: SegmentReader?
    private var blocks = 0
    /// The last block handed out of the segment that is being read.
    private(set) var position: BlockPosition?
    /// Compressed bytes of the segments that ended.
    private var endedBytes = 0
    /// Compressed bytes that were read: of the segments that ended, and of the open one.
    var doneBytes: Int { endedBytes + openBytes }
    private var openBytes = 0

    init(_ segments: [Segment], done: Set<Int>, resumption: Resumption?, salvages: Bool) {
        self.segments = segments
        self.salvages = salvages
        self.resumption = resumption
        // The open segment comes first, so that only one is ever open.
        let open = resumption.map { [$0.segment] } ?? []
        pending = open + segments.indices.filter { !done.contains($0) && !open.contains($0) }
        pending.reverse()
        endedBytes = done.reduce(0) { $0 + Int(segments[$1].bytes) }
    }

    /// The index of the segment that is being read.
    var openSegment: Int? { reader == nil ? nil : pending.last }

    /// Whether every segment has ended.
    var isAtEnd: Bool { pending.isEmpty }

    mutating func next() throws(ArchiveError) -> Step {
        guard let index = pending.last else { return .end }
        if reader == nil { try open(index) }
        if let block = try reader?.next() {
            openBytes = Int(reader?.readBytes ?? 0)
            blocks = block.position.ordinal + 1
            position = block.position
            return .block(block)
        }
        let damage = reader?.damage
        reader = nil
        position = nil
        pending.removeLast()
        endedBytes += Int(segments[index].bytes)
        openBytes = 0
        return .segmentEnd(segment: index, blocks: blocks, damage: damage)
    }

    private mutating func open(_ index: Int) throws(ArchiveError) {
        let after = resumption?.segment == index ? resumption?.position : nil
        blocks = after.map { $0.ordinal + 1 } ?? 0
        position = after
        reader = try SegmentReader(segments[index], resumingAfter: after, salvage: salvages)
        resumption = nil
    }
}
