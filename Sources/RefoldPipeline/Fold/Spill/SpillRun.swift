internal import RefoldBytes
internal import RefoldModel

/// Partial states of one shard on disk, by hash and key: a spill, or a checkpoint's part.
///
/// Shape, little-endian: blocks of `rawLength: UInt32, states: UInt32, checksum: UInt64`, then a ``StateBatch``'s bytes. The
/// checksum is the XXH64 of these, joined with both counts: states are read by the offsets in them, so a byte that is not
/// as it was written must be seen first. A run is complete when it has been made durable; only complete runs are named by
/// a checkpoint.
struct SpillRun: Sendable, Codable, Hashable {
    /// The file's name in the work folder.
    var file: String
    /// Its length in bytes.
    var bytes: Int
    /// The number of states.
    var states: Int
    /// The shard it belongs to, among ``FoldCheckpoint/shards``; nil in a record of an older refold.
    var shard: Int?

    private static let blockBytes = 1 << 20
    private static let headerBytes = 16

    /// Writes states of a table in their order and makes them durable.
    static func write(
        _ places: [StateTable.SortedPlace],
        of table: inout StateTable,
        to folder: String,
        named name: String,
        shard: Int
    ) throws(PipelineError) -> SpillRun {
        let file = try WorkFile.create(folder + "/" + name)
        var run = SpillRun(file: name, bytes: 0, states: places.count, shard: shard)
        var batch = StateBatch()
        for place in places {
            table.lend(place) { lane, key, hash, state in
                batch.append(lane: lane, key: key, hash: hash, state: state)
            }
            guard batch.byteCount >= blockBytes else { continue }
            try append(batch, to: file, &run)
            batch.removeAll()
        }
        if batch.count > 0 { try append(batch, to: file, &run) }
        try file.synchronize()
        return run
    }

    private static func append(
        _ batch: StateBatch,
        to file: WorkFile,
        _ run: inout SpillRun
    ) throws(PipelineError) {
        var header: [UInt8] = []
        for value in [UInt32(batch.byteCount), UInt32(batch.count)] {
            withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) }
        }
        let bytes = batch.withBytes { bytes in bytes.withUnsafeBytes { Array($0) } }
        let checksum = checksum(of: bytes, states: batch.count)
        withUnsafeBytes(of: checksum.littleEndian) { header.append(contentsOf: $0) }
        try file.append(header)
        try file.append(bytes)
        run.bytes += header.count + bytes.count
    }

    private static func checksum(of bytes: [UInt8], states: Int) -> UInt64 {
        XXH64.hash(of: bytes.span.bytes) ^ UInt64(truncatingIfNeeded: bytes.count) << 32
            ^ UInt64(truncatingIfNeeded: states)
    }

    /// Reads a run block by block.
    struct Reader {
        private let file: WorkFile
        private let run: SpillRun
        private var read = 0

        init(_ run: SpillRun, in folder: String) throws(PipelineError) {
            file = try WorkFile.open(folder + "/" + run.file)
            self.run = run
        }

        /// The next states; nil at the end.
        ///
        /// Throws `pipeline.damaged` when the file is not what was written.
        mutating func next() throws(PipelineError) -> StateBatch? {
            guard read < run.bytes else { return nil }
            let header = try exactly(SpillRun.headerBytes)
            let length = Int(Self.integer(header[0..<4]))
            let count = Int(Self.integer(header[4..<8]))
            guard length > 0, length <= run.bytes - read - SpillRun.headerBytes else { throw damaged() }
            let bytes = try exactly(length)
            guard SpillRun.checksum(of: bytes, states: count) == Self.integer(header[8..<16]) else {
                throw damaged()
            }
            read += SpillRun.headerBytes + length
            return StateBatch(bytes: bytes, count: count)
        }

        private func exactly(_ count: Int) throws(PipelineError) -> [UInt8] {
            var bytes: [UInt8] = []
            while bytes.count < count {
                let more = try file.next(count - bytes.count)
                guard !more.isEmpty else { throw damaged() }
                bytes += more
            }
            return bytes
        }

        private static func integer(_ bytes: ArraySlice<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }

        func damaged() -> PipelineError {
            PipelineError(
                .damaged,
                "a file of the checkpoint is not what was written",
                place: file.path,
                fix: "run the same command with --fresh"
            )
        }
    }
}
