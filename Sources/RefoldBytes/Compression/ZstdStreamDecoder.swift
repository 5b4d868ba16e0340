internal import CZstd

/// Decodes zstd frames piece by piece, within a window limit.
package struct ZstdStreamDecoder: ~Copyable, StreamDecoder {
    private let context: OpaquePointer

    /// A decoder that refuses frames whose window is over 2 to that power.
    package init(windowLogLimit: Int) throws(CompressionError) {
        guard let context = ZSTD_createDCtx() else { throw .outOfMemory }
        let set = ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(clamping: windowLogLimit))
        if let error = ZstdCode.error(set) {
            ZSTD_freeDCtx(context)
            throw error
        }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Makes ready for the next frame.
    package mutating func restart() throws(CompressionError) {
        _ = try ZstdCode.size(ZSTD_DCtx_reset(context, ZSTD_reset_session_only))
    }

    /// Decodes until the input is used, the room is full or the frame ends.
    package mutating func step(
        _ input: RawSpan,
        into output: inout ByteBuffer,
        room: Int
    ) throws(CompressionError) -> StreamStep {
        try output.append(addingCapacity: room) { (target: inout OutputRawSpan) throws(CompressionError) in
            var consumed = 0
            let result = target.withUnsafeMutableBytes { room, initialized in
                input.withUnsafeBytes { source in
                    var from = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                    var to = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                    let result = ZSTD_decompressStream(context, &to, &from)
                    consumed = from.pos
                    initialized = to.pos
                    return result
                }
            }
            return StreamStep(consumed: consumed, hasEnded: try ZstdCode.size(result) == 0)
        }
    }
}

// The context has one owner, the decoder, which cannot be copied.
extension ZstdStreamDecoder: @unchecked Sendable {}
