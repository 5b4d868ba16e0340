internal import CZlib

/// Encodes bytes as gzip members.
package enum GzipEncoder {
    /// Appends the bytes as one member.
    package static func encode(
        _ bytes: RawSpan,
        level: Int = 6,
        into output: inout ByteBuffer
    ) throws(CompressionError) {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        let begun = deflateInit2_(
            &stream,
            Int32(clamping: level),
            Z_DEFLATED,
            MAX_WBITS + 16,
            8,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            size
        )
        guard begun == Z_OK else { throw .outOfMemory }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.byteCount)))
        try output.append(addingCapacity: bound) { (target: inout OutputRawSpan) throws(CompressionError) in
            let result = target.withUnsafeMutableBytes { room, initialized in
                bytes.withUnsafeBytes { source in
                    // zlib does not write through next_in; its header lacks the const.
                    stream.next_in = UnsafeMutablePointer(
                        mutating: source.bindMemory(to: UInt8.self).baseAddress
                    )
                    stream.avail_in = UInt32(clamping: source.count)
                    stream.next_out = room.bindMemory(to: UInt8.self).baseAddress
                    stream.avail_out = UInt32(clamping: room.count)
                    let result = deflate(&stream, Z_FINISH)
                    initialized = room.count - Int(stream.avail_out)
                    return result
                }
            }
            guard result == Z_STREAM_END else { throw .damaged("the member did not fit its bound") }
        }
    }
}
