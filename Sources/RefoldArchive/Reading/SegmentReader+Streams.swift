internal import RefoldBytes

/// Streams: huge frames, gzip members and plain lines are decoded here, piece by piece.
extension SegmentReader {
    /// The next piece of plain lines.
    mutating func nextPiece() throws(ReadStop) -> Block? {
        guard cursor < segment.bytes else { return nil }
        var bytes = ByteBuffer(capacity: limits.blockBytes)
        let count = try read(&bytes, upTo: limits.blockBytes, at: cursor)
        bytes.withBytes { digest.add($0, at: cursor) }
        let block = Block(
            position: BlockPosition(
                segment: segment.index,
                ordinal: ordinal,
                frame: 0,
                frameOffset: 0,
                ordinalInFrame: ordinal,
                decodedOffset: cursor
            ),
            segment: segment,
            bytes: bytes,
            decodedBound: nil,
            decodedBefore: cursor
        )
        ordinal += 1
        cursor += Int64(count)
        rawBytes = cursor
        frames = 1
        return block
    }

    /// Begins the frame or member at the cursor; in salvage only after all of it was decoded once.
    mutating func openStream() throws(ReadStop) {
        if salvage, !isPassing {
            try beginFrame()
            var scratch = ByteBuffer(capacity: limits.blockBytes)
            while !(try fill(&scratch)) { scratch.removeAll() }
        }
        try beginFrame()
        stream = OpenFrame(offset: cursor)
    }

    /// The next piece of the open stream; nil when it ended without one.
    mutating func nextOfStream() throws(ReadStop) -> Block? {
        guard var open = stream else { return nil }
        var bytes = ByteBuffer(capacity: limits.blockBytes)
        let hasEnded = try fill(&bytes)
        let before = rawBytes.map { $0 + open.decodedOffset }
        let decodedOffset = open.decodedOffset
        let ordinalInFrame = open.ordinalInFrame
        open.decodedOffset += Int64(bytes.count)
        open.ordinalInFrame += 1
        stream = hasEnded ? nil : open
        let frame = frames
        if hasEnded { passFrame(endingAt: input.offset, decoded: open.decodedOffset) }
        guard !bytes.isEmpty else { return nil }
        let position = BlockPosition(
            segment: segment.index,
            ordinal: ordinal,
            frame: frame,
            frameOffset: open.offset,
            ordinalInFrame: ordinalInFrame,
            decodedOffset: decodedOffset
        )
        ordinal += 1
        return Block(
            position: position,
            segment: segment,
            bytes: bytes,
            decodedBound: nil,
            decodedBefore: before
        )
    }

    private mutating func beginFrame() throws(ReadStop) {
        input.seek(to: cursor)
        do throws(CompressionError) {
            switch segment.kind {
            case .gzip:
                if gzip == nil { gzip = try GzipStreamDecoder() }
                try gzip?.restart()
            case .zstd, .plain:
                if zstd == nil { zstd = try ZstdStreamDecoder(windowLogLimit: limits.windowLog) }
                try zstd?.restart()
            }
        } catch {
            throw .frame(error, offset: cursor)
        }
    }

    /// Appends a block's worth of decoded bytes; true when the frame ended.
    private mutating func fill(_ bytes: inout ByteBuffer) throws(ReadStop) -> Bool {
        do throws(StreamFailure) {
            let room = limits.blockBytes
            let hasEnded =
                switch segment.kind {
                case .gzip: try gzip.fill(&bytes, room, &input, file, &digest)
                case .zstd, .plain: try zstd.fill(&bytes, room, &input, file, &digest)
                }
            return hasEnded
        } catch {
            switch error {
            case .bytes(let error): throw .frame(error, offset: cursor)
            case .file(let error): throw .file(error)
            }
        }
    }
}

extension Optional where Wrapped: StreamDecoder & ~Copyable {
    /// Decodes with the decoder that ``SegmentReader`` made for the frame.
    fileprivate mutating func fill(
        _ bytes: inout ByteBuffer,
        _ room: Int,
        _ input: inout StreamInput,
        _ file: borrowing SegmentFile,
        _ digest: inout RunningDigest
    ) throws(StreamFailure) -> Bool {
        guard var decoder = take() else { return true }
        do throws(StreamFailure) {
            let hasEnded = try input.fill(&bytes, room: room, with: &decoder, from: file, digest: &digest)
            self = consume decoder
            return hasEnded
        } catch {
            self = consume decoder
            throw error
        }
    }
}
