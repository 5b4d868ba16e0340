import RefoldBytes
import Testing

@Suite struct CompressionTests {
    private static let text = (0..<3000).flatMap { Array("line \($0 % 97)\n".utf8) }

    @Test func `a frame decodes to what was encoded, padding zero behind it`() throws {
        var frame = ByteBuffer()
        var encoder = try ZstdEncoder()
        let length = try encoder.encode(Self.text.span.bytes, into: &frame)
        #expect(frame.count == length)
        var decoder = try ZstdDecoder()
        var output = ByteBuffer()
        for _ in 0..<2 {
            try frame.withBytes { bytes throws(CompressionError) in
                try decoder.decode(frame: bytes, decodedBound: Self.text.count, into: &output)
            }
            #expect(output.array() == Self.text)
            output.withBytes { span in
                span.withUnsafeBytes { bytes in
                    for place in 0..<ByteBuffer.padding {
                        #expect(
                            bytes.baseAddress?.load(fromByteOffset: bytes.count + place, as: UInt8.self) == 0
                        )
                    }
                }
            }
        }
    }

    @Test func `damage in any byte of a frame is told of the frame, not of the decoder's buffers`() throws {
        var frame = ByteBuffer()
        var encoder = try ZstdEncoder()
        _ = try encoder.encode(Self.text.span.bytes, into: &frame)
        let whole = frame.array()
        var decoder = try ZstdDecoder()
        var output = ByteBuffer()
        var told: Set<String> = []
        for place in whole.indices.dropFirst(4) {
            var bytes = whole
            bytes[place] ^= 0x11
            do throws(CompressionError) {
                try decoder.decode(
                    frame: bytes.span.bytes,
                    decodedBound: Self.text.count,
                    into: &output
                )
            } catch { told.insert(error.cause) }
        }
        #expect(told.contains { $0.contains("does not unpack to the size that they announce") }, "\(told)")
        #expect(!told.contains { $0.contains("buffer") || $0.contains("corruption") }, "\(told)")
    }

    @Test func `a frame header tells size, window and checksum, and needs its bytes for it`() throws {
        var frame = ByteBuffer()
        var encoder = try ZstdEncoder(level: 1, checksum: false)
        _ = try encoder.encode(Self.text.span.bytes, into: &frame)
        let bytes = frame.array()
        guard case .frame(let header) = ZstdFrameStart(bytes.span.bytes) else {
            Issue.record("no frame")
            return
        }
        #expect(header.contentBytes == UInt64(Self.text.count))
        #expect(!header.hasChecksum)
        for length in 0..<header.headerBytes {
            #expect(ZstdFrameStart(Array(bytes[..<length]).span.bytes) == .incomplete)
        }
    }

    @Test func `the scan finds the end of a frame from any prefix on`() throws {
        var frame = ByteBuffer()
        var encoder = try ZstdEncoder()
        let long = (0..<40_000).flatMap { Array("\($0 &* 2_654_435_761 % 1_000_003),".utf8) }
        let length = try encoder.encode(long.span.bytes, into: &frame)
        frame.append([1, 2, 3])
        let bytes = frame.array()
        guard case .frame(let header) = ZstdFrameStart(bytes.span.bytes) else {
            Issue.record("no frame")
            return
        }
        var scan = ZstdFrameScan(header)
        var place = header.headerBytes
        while !(try scan.advance(over: Array(bytes[..<place]).span.bytes)) { place = scan.neededBytes }
        #expect(scan.neededBytes == length)
        #expect(scan.decodedBound == UInt64(long.count))
    }

    @Test func `the streaming decoder takes and gives bytes in pieces of any size`() throws {
        var packed = ByteBuffer()
        var encoder = try ZstdEncoder()
        _ = try encoder.encode(Self.text.span.bytes, into: &packed)
        for room in [1, 7, 1000, 100_000] {
            var decoder = try ZstdStreamDecoder(windowLogLimit: 27)
            try Self.expectText(packed.array(), room: room, &decoder)
        }
        packed.removeAll()
        try GzipEncoder.encode(Self.text.span.bytes, into: &packed)
        for room in [1, 7, 1000, 100_000] {
            var decoder = try GzipStreamDecoder()
            try Self.expectText(packed.array(), room: room, &decoder)
        }
    }

    @Test func `a false checksum is told with both values`() throws {
        var frame = ByteBuffer()
        var encoder = try ZstdEncoder()
        _ = try encoder.encode(Self.text.span.bytes, into: &frame)
        var bytes = frame.array()
        let stored = bytes.suffix(4).reversed().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        bytes[bytes.count - 1] ^= 0x80
        var decoder = try ZstdDecoder()
        var output = ByteBuffer()
        let error = #expect(throws: CompressionError.self) {
            try decoder.decode(frame: bytes.span.bytes, decodedBound: Self.text.count, into: &output)
        }
        #expect(error?.cause.hasSuffix("computed \(stored))") == true)
        #expect(output.array() == [])
    }

    @Test func `a seek table reads back, and not when the file is another`() throws {
        let entries = (1..<5).map {
            ZstdSeekTable.Entry(compressedBytes: UInt32($0), decodedBytes: UInt32(9 * $0))
        }
        var bytes = ByteBuffer()
        ZstdSeekTable(entries).write(into: &bytes)
        let table = bytes.array()
        #expect(ZstdSeekTable.length(fromFooter: Array(table.suffix(9)).span.bytes) == table.count)
        #expect(ZstdSeekTable(table.span.bytes, bytesBefore: 10)?.entries == entries)
        #expect(ZstdSeekTable(table.span.bytes, bytesBefore: 11) == nil)
        for place in table.indices {
            var damaged = table
            damaged[place] ^= 0x40
            let length = ZstdSeekTable.length(fromFooter: Array(damaged.suffix(9)).span.bytes)
            let read = length == table.count ? ZstdSeekTable(damaged.span.bytes, bytesBefore: 10) : nil
            // Decoded sizes are not checked by the format; everything else is.
            #expect(read == nil || read?.entries.map(\.compressedBytes) == [1, 2, 3, 4])
        }
        #expect(ZstdSeekTable.length(fromFooter: [1, 2].span.bytes) == nil)
    }

    private static func expectText<Decoder: StreamDecoder & ~Copyable>(
        _ packed: [UInt8],
        room: Int,
        _ decoder: inout Decoder
    ) throws {
        for _ in 0..<2 {
            try decoder.restart()
            var output = ByteBuffer()
            var used = 0
            var hasEnded = false
            while !hasEnded, used <= packed.count, output.count <= text.count {
                let piece = Array(packed[used..<min(used + room, packed.count)])
                let step = try decoder.step(piece.span.bytes, into: &output, room: room)
                used += step.consumed
                hasEnded = step.hasEnded
            }
            #expect(output.array() == text)
            #expect(used == packed.count)
        }
    }
}
