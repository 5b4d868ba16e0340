internal import RefoldBytes

/// Where a block lies in its archive, and where reading goes on after it.
///
/// Blocks of a segment are numbered the same way in every run, so a stored position stays true.
package struct BlockPosition: Sendable, Hashable, Codable {
    /// The segment's index.
    package var segment: Int
    /// The number of blocks before it in the segment.
    package var ordinal: Int
    /// The number of frames before its frame.
    package var frame: Int
    /// Where its frame begins in the file.
    package var frameOffset: Int64
    /// The number of blocks before it in its frame.
    package var ordinalInFrame: Int
    /// Decoded bytes of its frame before it.
    package var decodedOffset: Int64
}

/// One unit of work: a compressed frame, or a piece of a stream that is already decoded.
package struct Block: ~Copyable, Sendable {
    /// Where it lies.
    package let position: BlockPosition
    /// The segment, for messages.
    package let segment: Segment
    /// Its content: the frame when ``decodedBound`` is given, else the decoded bytes.
    let bytes: ByteBuffer
    /// What a compressed frame decodes to at the most; nil when it is decoded already.
    let decodedBound: Int?
    /// Decoded bytes of the segment before it, when known.
    let decodedBefore: Int64?
}
