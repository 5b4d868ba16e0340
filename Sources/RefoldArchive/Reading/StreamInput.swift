internal import RefoldBytes

/// Why a stream ends early: the bytes are bad, or the file could not be read.
enum StreamFailure: Error {
    case bytes(CompressionError)
    case file(ArchiveError)
}

/// The compressed bytes of a stream, read ahead in pieces.
struct StreamInput: ~Copyable, Sendable {
    private var buffer = ByteBuffer()
    private var bufferOffset: Int64 = 0
    private var used = 0
    private let pieceBytes: Int

    /// No bytes yet.
    init(pieceBytes: Int) { self.pieceBytes = pieceBytes }

    /// The file offset of the next byte.
    var offset: Int64 { bufferOffset + Int64(used) }

    /// Goes to an offset; bytes that are at hand are not read again.
    mutating func seek(to offset: Int64) {
        let held = bufferOffset...bufferOffset + Int64(buffer.count)
        if held.contains(offset) {
            used = Int(offset - bufferOffset)
        } else {
            buffer.removeAll()
            bufferOffset = offset
            used = 0
        }
    }

    /// Decodes until the output holds `room` bytes more or the frame ends; true when it ended.
    mutating func fill<Decoder: StreamDecoder & ~Copyable>(
        _ output: inout ByteBuffer,
        room: Int,
        with decoder: inout Decoder,
        from file: borrowing SegmentFile,
        digest: inout RunningDigest
    ) throws(StreamFailure) -> Bool {
        let full = output.count + room
        while output.count < full {
            let isAtEnd = try refill(from: file, digest: &digest)
            let before = output.count
            let step: StreamStep
            do throws(CompressionError) {
                step = try buffer.withBytes { bytes throws(CompressionError) in
                    try decoder.step(
                        bytes.extracting(used..<bytes.byteCount),
                        into: &output,
                        room: full - output.count
                    )
                }
            } catch {
                throw .bytes(error)
            }
            used += step.consumed
            if step.hasEnded { return true }
            // The decoder may still hold output when its input is over; without progress it wants more.
            if step.consumed == 0, output.count == before {
                throw .bytes(
                    isAtEnd ? .truncated("the file ends inside it") : .damaged("it cannot be decoded further")
                )
            }
        }
        return false
    }

    /// Reads the next piece when the last one is used up; true when the file is over.
    private mutating func refill(
        from file: borrowing SegmentFile,
        digest: inout RunningDigest
    ) throws(StreamFailure) -> Bool {
        guard used == buffer.count else { return false }
        bufferOffset = offset
        used = 0
        buffer.removeAll()
        do throws(ArchiveError) {
            let count = try file.read(at: bufferOffset, upTo: pieceBytes, into: &buffer)
            buffer.withBytes { digest.add($0, at: bufferOffset) }
            return count == 0
        } catch {
            throw .file(error)
        }
    }
}
