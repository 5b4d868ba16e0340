internal import RefoldBytes

/// Reads one segment in file order and hands out its blocks; never more than a block's worth is in memory.
///
/// A zstd frame of ordinary size leaves as it is, for a worker to decode; a huge frame, a gzip member and plain
/// lines leave as decoded pieces. When the last block is out, ``next()`` returns nil only after the file's digest,
/// length and counts were found to be those of the catalog, and the file to be the one that was listed.
///
/// With `salvage`, nothing of a frame is handed out before all of it was decoded once; the first bad one ends the
/// segment and stands in ``damage`` (FOLD R3). Without, any damage throws: pieces of a bad stream may be out by then,
/// which is why the run that asked for them must end.
///
/// Isolation: one owner reads; the blocks may go anywhere.
package struct SegmentReader: ~Copyable, Sendable {
    /// The bad frame that ended a salvaged segment.
    package struct Damage: Sendable, Hashable {
        /// The number of good frames before it.
        package var frame: Int
        /// Where it begins in the file.
        package var compressedOffset: Int64
        /// Why it cannot be read.
        package var cause: String
    }

    /// The segment.
    package let segment: Segment
    /// Why a salvaged segment ended before its end.
    package internal(set) var damage: Damage?
    /// Frames or members read or passed so far.
    package internal(set) var frames = 0
    /// Decoded bytes read or passed so far; nil when frames did not say theirs.
    package internal(set) var rawBytes: Int64? = 0

    let salvage: Bool
    let limits: ReadLimits
    let file: SegmentFile
    var digest: RunningDigest
    /// The file offset of the next frame, or of the next piece of plain lines.
    var cursor: Int64 = 0
    var ordinal = 0
    var isFinished = false
    /// Blocks up to this one are passed over; nil hands out all.
    var passedOrdinal: Int?
    /// The stream being decoded, if one is.
    var stream: OpenFrame?
    var input: StreamInput
    var zstd: ZstdStreamDecoder?
    var gzip: GzipStreamDecoder?
    /// Decodes whole frames to verify them, in salvage.
    var verifier: ZstdDecoder?
    /// The length of the last whole frame, the guess for the next one.
    var frameGuess = 256 << 10

    /// A streamed frame or member between two blocks.
    struct OpenFrame: Sendable {
        var offset: Int64
        var decodedOffset: Int64 = 0
        var ordinalInFrame = 0
    }

    /// Opens a segment, to read all of it or what follows a block.
    ///
    /// A segment with facts in the catalog is read from its start also when it is resumed: the earlier bytes are
    /// hashed and passed over without being decoded where frames allow it, so that the digest of the whole file is
    /// still verified. Without such facts reading begins at the frame of the position.
    package init(
        _ segment: Segment,
        resumingAfter position: BlockPosition? = nil,
        salvage: Bool = false,
        limits: ReadLimits = ReadLimits()
    ) throws(ArchiveError) {
        if !salvage { try segment.confirmListedLength() }
        file = try SegmentFile.listed(segment)
        self.segment = segment
        self.salvage = salvage
        self.limits = limits
        digest = RunningDigest(isWanted: segment.entry?.sha256 != nil)
        input = StreamInput(pieceBytes: limits.inputBytes)
        passedOrdinal = position?.ordinal
        if let position, !segment.hasFactsToCheck { jump(to: position) }
    }

    /// The next block, or nil at the end of the segment, everything verified.
    package mutating func next() throws(ArchiveError) -> Block? {
        while let block = try nextOfAll() {
            if let passedOrdinal, block.position.ordinal <= passedOrdinal { continue }
            return block
        }
        return nil
    }

    /// Bytes of the file that were read or passed so far, of an open stream too.
    package var readBytes: Int64 { stream == nil ? cursor : max(cursor, input.offset) }

    /// Whether the block to come is one that the caller has already.
    var isPassing: Bool { passedOrdinal.map { ordinal <= $0 } ?? false }

    private mutating func jump(to position: BlockPosition) {
        frames = position.frame
        ordinal = position.ordinal - position.ordinalInFrame
        cursor = position.frameOffset
        rawBytes = nil
        guard segment.kind == .plain else { return }
        ordinal = position.ordinal
        cursor = position.decodedOffset
    }

    private mutating func nextOfAll() throws(ArchiveError) -> Block? {
        guard !isFinished else { return nil }
        do throws(ReadStop) {
            let block: Block?
            switch segment.kind {
            case .plain: block = try nextPiece()
            case .gzip, .zstd: block = try nextOfFrames()
            }
            if let block { return block }
        } catch {
            try stop(error)
        }
        isFinished = true
        if damage == nil { try verifyFacts() }
        return nil
    }

    /// Ends a salvaged segment at a bad frame; everything else throws.
    private mutating func stop(_ error: ReadStop) throws(ArchiveError) {
        switch error {
        case .file(let error):
            throw error
        case .frame(let error, let offset):
            guard error != .outOfMemory else { throw .bad(error, place(of: offset)) }
            // A segment that is being written ends in the midst of a frame: that is no damage.
            try file.confirmUnchanged()
            guard salvage else { throw .bad(error, place(of: offset)) }
            damage = Damage(frame: frames, compressedOffset: offset, cause: error.cause)
        }
    }

    private func place(of offset: Int64) -> FramePlace {
        FramePlace(
            segment: segment.name,
            hasDigest: segment.entry?.sha256 != nil,
            unit: segment.kind.unit,
            frame: frames,
            compressedOffset: offset,
            decodedOffset: rawBytes
        )
    }
}

/// Why reading of a segment stops before its end.
enum ReadStop: Error {
    /// The frame that begins at the offset is bad.
    case frame(CompressionError, offset: Int64)
    /// The file could not be read.
    case file(ArchiveError)
}
