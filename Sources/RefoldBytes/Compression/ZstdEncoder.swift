internal import CZstd

/// Encodes zstd frames, each with its content size and, unless told otherwise, its checksum.
package struct ZstdEncoder: ~Copyable {
    private let context: OpaquePointer

    /// An encoder; a level beyond libzstd's range is the nearest one in it.
    package init(level: Int = 3, checksum: Bool = true) throws(CompressionError) {
        guard let context = ZSTD_createCCtx() else { throw .outOfMemory }
        let results = [
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(clamping: level)),
            ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, checksum ? 1 : 0),
        ]
        if let error = results.lazy.compactMap(ZstdCode.error).first {
            ZSTD_freeCCtx(context)
            throw error
        }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Appends the bytes as one frame and returns its length.
    package mutating func encode(
        _ bytes: RawSpan,
        into output: inout ByteBuffer
    ) throws(CompressionError) -> Int {
        let room = ZSTD_compressBound(bytes.byteCount)
        return try output.append(addingCapacity: room) {
            (target: inout OutputRawSpan) throws(CompressionError) in
            let result = target.withUnsafeMutableBytes { room, initialized in
                let written = bytes.withUnsafeBytes { source in
                    ZSTD_compress2(context, room.baseAddress, room.count, source.baseAddress, source.count)
                }
                initialized = ZSTD_isError(written) == 0 ? written : 0
                return written
            }
            return try ZstdCode.size(result)
        }
    }
}

// The context has one owner, the encoder, which cannot be copied.
extension ZstdEncoder: @unchecked Sendable {}
