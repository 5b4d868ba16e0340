/// What a zstd frame says of itself before its first block.
///
/// Source: RFC 8878, sections 3.1.1 and 3.1.2.
package struct ZstdFrameHeader: Sendable, Hashable {
    /// The decoded size, when the encoder wrote it.
    package var contentBytes: UInt64?
    /// The memory a streaming decoder needs for references back.
    package var windowBytes: UInt64
    /// Whether four bytes of XXH64 follow the last block.
    package var hasChecksum: Bool
    /// The dictionary it was made with; 0 is none.
    package var dictionaryID: UInt32
    /// The length of the header, magic included.
    package var headerBytes: Int

    /// No block decodes to more than this.
    package var blockLimit: UInt64 { min(windowBytes, 128 << 10) }
}

/// What stands at a frame boundary of a zstd file.
package enum ZstdFrameStart: Sendable, Hashable {
    /// A frame with content.
    case frame(ZstdFrameHeader)
    /// A skippable frame, 8 bytes of header before its content.
    case skippable(contentBytes: UInt32)
    /// More bytes are needed to tell.
    case incomplete
    /// Not the beginning of a frame.
    case foreign(String)

    /// Reads the beginning of a frame.
    package init(_ bytes: RawSpan) {
        self = Self.read(bytes)
    }

    private static func read(_ bytes: RawSpan) -> ZstdFrameStart {
        guard let magic = bytes.littleEndian(at: 0, length: 4) else {
            return .incomplete
        }
        if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
            guard let size = bytes.littleEndian(at: 4, length: 4) else { return .incomplete }
            return .skippable(contentBytes: UInt32(truncatingIfNeeded: size))
        }
        guard magic == 0xFD2F_B528 else {
            return .foreign("no zstd frame begins here: the magic number is 0x\(String(magic, radix: 16))")
        }
        guard let descriptor = bytes.littleEndian(at: 4, length: 1) else { return .incomplete }
        guard descriptor & 0b1000 == 0 else { return .foreign("a reserved bit of the frame header is set") }
        return fields(bytes, descriptor: descriptor)
    }

    private static func fields(_ bytes: RawSpan, descriptor: UInt64) -> ZstdFrameStart {
        let isSingleSegment = descriptor & 0b10_0000 != 0
        let dictionaryLength = [0, 1, 2, 4][Int(descriptor & 0b11)]
        let contentLength = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        var place = 5
        var window: UInt64 = 0
        if !isSingleSegment {
            guard let byte = bytes.littleEndian(at: place, length: 1) else { return .incomplete }
            let base = UInt64(1) << (10 + (byte >> 3))
            window = base + (base >> 3) * (byte & 0b111)
            place += 1
        }
        guard let dictionary = bytes.littleEndian(at: place, length: dictionaryLength) else {
            return .incomplete
        }
        place += dictionaryLength
        guard var content = bytes.littleEndian(at: place, length: contentLength) else { return .incomplete }
        place += contentLength
        if contentLength == 2 { content += 256 }
        return .frame(
            ZstdFrameHeader(
                contentBytes: contentLength == 0 ? nil : content,
                windowBytes: isSingleSegment ? content : window,
                hasChecksum: descriptor & 0b100 != 0,
                dictionaryID: UInt32(truncatingIfNeeded: dictionary),
                headerBytes: place
            )
        )
    }
}
