internal import RefoldBytes

/// Whole frames: their ends are found by their block headers, and they leave undecoded.
extension SegmentReader {
    /// The next block of a segment of frames or members.
    mutating func nextOfFrames() throws(ReadStop) -> Block? {
        while true {
            if stream != nil {
                if let block = try nextOfStream() { return block }
            } else if cursor >= segment.bytes {
                return nil
            } else if segment.kind == .gzip {
                try openStream()
            } else if let block = try nextFrame() {
                return block
            }
        }
    }

    /// The frame at the cursor as a block; nil when it was skippable or has to be streamed.
    private mutating func nextFrame() throws(ReadStop) -> Block? {
        let guess = Int(min(Int64(frameGuess), segment.bytes - cursor))
        var bytes = ByteBuffer(capacity: guess)
        try read(&bytes, upTo: guess)
        switch bytes.withBytes({ ZstdFrameStart($0) }) {
        case .skippable(let contentBytes):
            try skip(8 + Int64(contentBytes))
            return nil
        case .incomplete:
            throw cut("the file ends inside the frame's header")
        case .foreign(let why):
            throw .frame(.damaged(why), offset: cursor)
        case .frame(let header):
            guard header.dictionaryID == 0 else {
                throw .frame(.damaged("it needs dictionary \(header.dictionaryID)"), offset: cursor)
            }
            guard let bound = try gather(header, &bytes) else {
                try openStream()
                return nil
            }
            return try wholeFrame(header, bytes, bound: bound)
        }
    }

    /// Reads the frame to its end and tells what it decodes to at the most; nil when it is too large to be held whole.
    private mutating func gather(
        _ header: ZstdFrameHeader,
        _ bytes: inout ByteBuffer
    ) throws(ReadStop) -> Int? {
        // Where the catalog gives the decoded length, a frame that hides its own is counted by decoding it here.
        guard header.contentBytes != nil || segment.entry?.rawBytes == nil else { return nil }
        var scan = ZstdFrameScan(header)
        while true {
            let isComplete = try advance(&scan, bytes)
            guard scan.decodedBound <= UInt64(limits.frameBytes), scan.neededBytes <= 2 * limits.frameBytes
            else {
                return nil
            }
            if isComplete {
                bytes.truncate(to: scan.neededBytes)
                return Int(scan.decodedBound)
            }
            guard cursor + Int64(scan.neededBytes) <= segment.bytes else {
                throw cut("the file ends inside it")
            }
            try read(&bytes, upTo: max(scan.neededBytes, 2 * bytes.count) - bytes.count)
        }
    }

    private func advance(
        _ scan: inout ZstdFrameScan,
        _ bytes: borrowing ByteBuffer
    ) throws(ReadStop) -> Bool {
        do throws(CompressionError) {
            return try bytes.withBytes { bytes throws(CompressionError) in try scan.advance(over: bytes) }
        } catch {
            throw .frame(error, offset: cursor)
        }
    }

    private mutating func wholeFrame(
        _ header: ZstdFrameHeader,
        _ bytes: consuming ByteBuffer,
        bound: Int
    ) throws(ReadStop) -> Block {
        bytes.withBytes { digest.add($0, at: cursor) }
        let length = bytes.count
        let isVerified = salvage && !isPassing
        let content = isVerified ? try verified(bytes, bound: bound) : bytes
        let decoded =
            header.contentBytes.map { Int64(clamping: $0) } ?? (isVerified ? Int64(content.count) : nil)
        let block = Block(
            position: BlockPosition(
                segment: segment.index,
                ordinal: ordinal,
                frame: frames,
                frameOffset: cursor,
                ordinalInFrame: 0,
                decodedOffset: 0
            ),
            segment: segment,
            bytes: content,
            decodedBound: isVerified ? nil : bound,
            decodedBefore: rawBytes
        )
        frameGuess = length + length / 8 + (4 << 10)
        passFrame(endingAt: cursor + Int64(length), decoded: decoded)
        ordinal += 1
        return block
    }

    /// Decodes a frame; the decoded bytes take the place of the frame, which then need not be decoded again.
    private mutating func verified(
        _ frame: consuming ByteBuffer,
        bound: Int
    ) throws(ReadStop) -> ByteBuffer {
        var decoded = ByteBuffer()
        do throws(CompressionError) {
            if verifier == nil { verifier = try ZstdDecoder() }
            try frame.withBytes { bytes throws(CompressionError) in
                try verifier?.decode(frame: bytes, decodedBound: bound, into: &decoded)
            }
        } catch {
            throw .frame(error, offset: cursor)
        }
        return decoded
    }

    /// Goes on behind a frame.
    mutating func passFrame(endingAt end: Int64, decoded: Int64?) {
        frames += 1
        cursor = end
        guard let sum = rawBytes, let decoded, case (let total, false) = sum.addingReportingOverflow(decoded)
        else {
            rawBytes = nil
            return
        }
        rawBytes = total
    }

    /// Passes over bytes that hold no content, for the digest's sake by reading them.
    private mutating func skip(_ length: Int64) throws(ReadStop) {
        guard length <= segment.bytes - cursor else { throw cut("the file ends inside a skippable frame") }
        let end = cursor + length
        if digest.isWanted {
            var bytes = ByteBuffer(capacity: limits.inputBytes)
            var offset = cursor
            while offset < end {
                bytes.removeAll()
                let count = min(Int64(limits.inputBytes), end - offset)
                offset += Int64(try read(&bytes, upTo: Int(count), at: offset))
                bytes.withBytes { digest.add($0, at: offset - Int64($0.byteCount)) }
            }
        }
        cursor = end
    }

    private func cut(_ words: String) -> ReadStop {
        .frame(.truncated(words), offset: cursor)
    }

    /// Appends what follows the bytes already read from the cursor on.
    private func read(_ bytes: inout ByteBuffer, upTo count: Int) throws(ReadStop) {
        _ = try read(&bytes, upTo: count, at: cursor + Int64(bytes.count))
    }

    func read(_ bytes: inout ByteBuffer, upTo count: Int, at offset: Int64) throws(ReadStop) -> Int {
        do throws(ArchiveError) {
            return try file.read(at: offset, upTo: count, into: &bytes)
        } catch {
            throw .file(error)
        }
    }
}
