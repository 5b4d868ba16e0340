internal import CZlib

/// Decodes gzip members piece by piece.
package struct GzipStreamDecoder: ~Copyable, StreamDecoder {
    // zlib remembers the address of its stream, so the stream stays in one place on the heap.
    private let stream: UnsafeMutablePointer<z_stream>

    /// A decoder of gzip members; raw deflate and zlib streams are refused.
    package init() throws(CompressionError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            throw .outOfMemory
        }
        self.stream = stream
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Makes ready for the next member.
    package mutating func restart() throws(CompressionError) {
        guard inflateReset(stream) == Z_OK else { throw .damaged("the decoder could not be reset") }
    }

    /// Decodes until the input is used, the room is full or the member ends.
    package mutating func step(
        _ input: RawSpan,
        into output: inout ByteBuffer,
        room: Int
    ) throws(CompressionError) -> StreamStep {
        try output.append(addingCapacity: room) { (target: inout OutputRawSpan) throws(CompressionError) in
            var consumed = 0
            let result = target.withUnsafeMutableBytes { room, initialized in
                input.withUnsafeBytes { source in
                    // zlib does not write through next_in; its header lacks the const.
                    stream.pointee.next_in = UnsafeMutablePointer(
                        mutating: source.bindMemory(to: UInt8.self).baseAddress
                    )
                    stream.pointee.avail_in = UInt32(clamping: source.count)
                    stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.pointee.avail_out = UInt32(clamping: room.count)
                    let result = inflate(stream, Z_NO_FLUSH)
                    consumed = Int(UInt32(clamping: source.count) - stream.pointee.avail_in)
                    initialized = Int(UInt32(clamping: room.count) - stream.pointee.avail_out)
                    return result
                }
            }
            return StreamStep(consumed: consumed, hasEnded: try hasEnded(result))
        }
    }

    private func hasEnded(_ result: Int32) throws(CompressionError) -> Bool {
        switch result {
        case Z_STREAM_END:
            return true
        case Z_OK, Z_BUF_ERROR:
            return false
        case Z_MEM_ERROR:
            throw .outOfMemory
        default:
            let words = stream.pointee.msg.map { String(cString: $0) } ?? "not a gzip member"
            if words == "incorrect data check" {
                throw .checksum("the checksum of the decompressed data differs")
            }
            throw .damaged(words)
        }
    }
}

// The stream has one owner, the decoder, which cannot be copied.
extension GzipStreamDecoder: @unchecked Sendable {}
