internal import RefoldBytes
internal import RefoldModel

/// Writes one segment as checksummed zstd frames that end at line ends, with a seek table at the end.
///
/// Its entry for the catalog is made on the way.
struct SegmentWriter: ~Copyable, Sendable {
    private let file: OutputFile
    private let frameBytes: Int
    private var encoder: ZstdEncoder
    private var lines: ByteBuffer
    private var frame = ByteBuffer()
    private var frames: [ZstdSeekTable.Entry] = []
    private var hash = SHA256()
    private var entry: CatalogEntry
    private var compressedBytes: Int64 = 0
    private var rawBytes: Int64 = 0
    private var lineCount: Int64 = 0
    private var entities: [String: Int64] = [:]
    private var times: ClosedRange<Int>?

    /// Begins a segment of that name below a folder; with `keeping` false nothing is written there.
    init(
        folder: String,
        name: String,
        frameBytes: Int,
        level: Int,
        keeping: Bool = true
    ) throws(ArchiveError) {
        let path = folder + "/" + name
        let file = keeping ? try OutputFile(path: path) : .unkept(path)
        let encoder: ZstdEncoder
        do throws(CompressionError) {
            encoder = try ZstdEncoder(level: level, checksum: true)
        } catch {
            throw ArchiveError(
                .outOfMemory,
                "no memory for an encoder",
                cause: error.cause,
                fix: "make room in memory, then run the same command again"
            )
        }
        self.encoder = encoder
        self.file = file
        self.frameBytes = frameBytes
        entry = CatalogEntry(path: name)
        lines = ByteBuffer(capacity: frameBytes)
    }

    /// The decoded bytes so far.
    var writtenBytes: Int64 { rawBytes + Int64(lines.count) }

    /// Adds one event's line, without its line feed.
    mutating func append(line: String, entity: String, time: Int) throws(ArchiveError) {
        lines.append(Array(line.utf8))
        lines.append([UInt8(ascii: "\n")])
        lineCount += 1
        entities[entity, default: 0] += 1
        times = min(time, times?.lowerBound ?? time)...max(time, times?.upperBound ?? time)
        if lines.count >= frameBytes { try endFrame() }
    }

    /// Ends the file and tells what the catalog says of it.
    consuming func finish() throws(ArchiveError) -> CatalogEntry {
        if !lines.isEmpty { try endFrame() }
        frame.removeAll()
        ZstdSeekTable(frames).write(into: &frame)
        try writeFrame()
        entry.bytes = compressedBytes
        entry.sha256 = hash.finish()
        entry.rawBytes = rawBytes
        entry.lines = lineCount
        entry.events = lineCount
        entry.frames = Int64(frames.count)
        entry.entities = entities
        entry.firstTime = times.map { Timestamp.iso8601(Int64($0.lowerBound)) }
        entry.lastTime = times.map { Timestamp.iso8601(Int64($0.upperBound)) }
        try file.finish()
        return entry
    }

    private mutating func endFrame() throws(ArchiveError) {
        frame.removeAll()
        let raw = lines.count
        do throws(CompressionError) {
            _ = try lines.withBytes { bytes throws(CompressionError) in
                try encoder.encode(bytes, into: &frame)
            }
        } catch {
            throw ArchiveError(
                .outOfMemory,
                "a frame could not be compressed",
                cause: error.cause,
                fix: "make room in memory, then run the same command again"
            )
        }
        frames.append(
            ZstdSeekTable.Entry(
                compressedBytes: UInt32(clamping: frame.count),
                decodedBytes: UInt32(clamping: raw)
            )
        )
        rawBytes += Int64(raw)
        lines.removeAll()
        try writeFrame()
    }

    private mutating func writeFrame() throws(ArchiveError) {
        frame.withBytes { hash.update($0) }
        try frame.withBytes { bytes throws(ArchiveError) in try file.write(bytes) }
        compressedBytes += Int64(frame.count)
    }
}
