internal import CZstd

/// Decodes whole zstd frames that lie in memory; its context is reused from frame to frame.
package struct ZstdDecoder: ~Copyable {
    private let context: OpaquePointer

    /// A decoder.
    package init() throws(CompressionError) {
        guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Decodes one frame, replacing what the output held.
    ///
    /// The frame must be complete and alone. `decodedBound` is what the output reserves: the caller has checked it
    /// against its limit; a frame that decodes to more is refused. Checksum and content size are verified.
    package mutating func decode(
        frame: RawSpan,
        decodedBound: Int,
        into output: inout ByteBuffer
    ) throws(CompressionError) {
        output.removeAll()
        try output.append(addingCapacity: decodedBound) {
            (target: inout OutputRawSpan) throws(CompressionError) in
            let result = target.withUnsafeMutableBytes { room, initialized in
                let written = frame.withUnsafeBytes { source in
                    ZSTD_decompressDCtx(
                        context,
                        room.baseAddress,
                        room.count,
                        source.baseAddress,
                        source.count
                    )
                }
                initialized = ZSTD_isError(written) == 0 ? written : 0
                return written
            }
            _ = try ZstdCode.size(result)
        }
    }
}

// The context has one owner, the decoder, which cannot be copied.
extension ZstdDecoder: @unchecked Sendable {}
