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
            var computed: UInt64 = 0
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
                // The checksum is compared last, with all of a frame of known size decoded.
                if case .checksum = ZstdCode.error(written) {
                    computed = XXH64.hash(of: UnsafeRawBufferPointer(room).bytes)
                }
                return written
            }
            guard case .checksum = ZstdCode.error(result) else {
                _ = try ZstdCode.size(result)
                return
            }
            throw Self.checksumError(frame, computed: computed, decodedBytes: decodedBound)
        }
    }

    private static func checksumError(
        _ frame: RawSpan,
        computed: UInt64,
        decodedBytes: Int
    ) -> CompressionError {
        let words = "the checksum of the decompressed data differs"
        guard case .frame(let header) = ZstdFrameStart(frame), header.contentBytes == UInt64(decodedBytes),
            let stored = frame.littleEndian(at: frame.byteCount - 4, length: 4)
        else { return .checksum(words) }
        return .checksum("\(words) (stored \(hex(stored)), computed \(hex(computed & 0xFFFF_FFFF)))")
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }
}

// The context has one owner, the decoder, which cannot be copied.
extension ZstdDecoder: @unchecked Sendable {}
