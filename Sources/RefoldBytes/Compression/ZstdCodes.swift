internal import CZstd

/// The results of libzstd's calls.
enum ZstdCode {
    /// The size that a call returned, or the reason that it returned instead.
    static func size(_ result: Int) throws(CompressionError) -> Int {
        if let error = error(result) { throw error }
        return result
    }

    /// The reason that a call returned in place of a size.
    static func error(_ result: Int) -> CompressionError? {
        guard ZSTD_isError(result) != 0 else { return nil }
        let words = String(cString: ZSTD_getErrorName(result))
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_checksum_wrong:
            return .checksum("the checksum of the decompressed data differs")
        case ZSTD_error_srcSize_wrong:
            return .truncated("the frame ends early (\(words))")
        case ZSTD_error_frameParameter_windowTooLarge:
            return .overLimit(words)
        case ZSTD_error_memory_allocation:
            return .outOfMemory
        // The library speaks of its own buffers; what is known is said of the frame.
        case ZSTD_error_dstSize_tooSmall:
            return .damaged(
                "its header or a block is damaged: it does not unpack to the size that they announce"
            )
        case ZSTD_error_corruption_detected, ZSTD_error_dictionary_corrupted:
            return .damaged("its header or a block is damaged: a block does not unpack")
        default:
            return .damaged("its header or a block is damaged: it does not unpack (\(words))")
        }
    }
}
