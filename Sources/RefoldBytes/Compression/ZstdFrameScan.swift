/// Finds where a zstd frame ends, from its block headers alone and without decoding.
///
/// Feed it the frame's bytes from their first one, again and longer, until it says that the frame is complete.
/// Source: RFC 8878, section 3.1.1.2.
package struct ZstdFrameScan: Sendable {
    /// The header of the frame.
    package let header: ZstdFrameHeader
    /// Bytes from the frame's start that are needed to go on, or the frame's length when it is complete.
    package private(set) var neededBytes: Int
    /// Whether the last block was met; ``neededBytes`` is then the frame's length, checksum included.
    package private(set) var hasEnd = false
    private var offset: Int
    private var blockBound: UInt64 = 0

    /// A scan that begins behind the header.
    package init(_ header: ZstdFrameHeader) {
        self.header = header
        offset = header.headerBytes
        neededBytes = header.headerBytes + 3
    }

    /// The most that the blocks met so far, or the whole frame when it gives its size, decode to.
    package var decodedBound: UInt64 { header.contentBytes ?? blockBound }

    /// Walks the block headers that the bytes hold; true when the whole frame lies in them.
    package mutating func advance(over bytes: RawSpan) throws(CompressionError) -> Bool {
        while !hasEnd {
            guard let block = bytes.littleEndian(at: offset, length: 3) else { return false }
            let kind = block >> 1 & 0b11
            let size = block >> 3
            guard kind != 3 else { throw .damaged("a block of the frame has a reserved type") }
            guard size <= header.blockLimit else {
                throw .damaged("a block of the frame is longer than its window allows")
            }
            blockBound += kind == 2 ? header.blockLimit : size
            offset += 3 + (kind == 1 ? 1 : Int(size))
            hasEnd = block & 1 == 1
            neededBytes = hasEnd ? offset + (header.hasChecksum ? 4 : 0) : offset + 3
        }
        return bytes.byteCount >= neededBytes
    }
}
