internal import RefoldBytes

/// Decodes blocks one after another; a worker keeps one, whose context and output are reused.
package struct BlockDecoder: ~Copyable, Sendable {
    private var decoder: ZstdDecoder
    private var output = ByteBuffer()

    /// A decoder.
    package init() throws(ArchiveError) {
        do throws(CompressionError) {
            decoder = try ZstdDecoder()
        } catch {
            throw ArchiveError(
                .outOfMemory,
                "no memory for a decoder",
                cause: error.cause,
                fix: "make room in memory, then run the same command again"
            )
        }
    }

    /// Decodes a block, whose bytes ``withBytes(_:)`` then lends until the next one.
    package mutating func decode(_ block: consuming Block) throws(ArchiveError) {
        guard let bound = block.decodedBound else {
            output = block.bytes
            return
        }
        let error = block.bytes.withBytes { frame in decode(frame, bound) }
        if let error { throw .bad(error, block.place) }
    }

    /// Lends the decoded bytes of the last block; 64 zero bytes lie behind them.
    package func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try output.withBytes(body)
    }

    private mutating func decode(_ frame: RawSpan, _ bound: Int) -> CompressionError? {
        do throws(CompressionError) {
            try decoder.decode(frame: frame, decodedBound: bound, into: &output)
            return nil
        } catch {
            return error
        }
    }
}

extension Block {
    /// The place of its frame.
    var place: FramePlace {
        FramePlace(
            segment: segment.name,
            hasDigest: segment.entry?.sha256 != nil,
            unit: segment.kind.unit,
            frame: position.frame,
            compressedOffset: position.frameOffset,
            decodedOffset: decodedBefore
        )
    }
}
