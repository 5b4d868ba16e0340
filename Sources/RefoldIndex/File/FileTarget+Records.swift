import RefoldBytes

/// What lies on disk, and what is written there.
extension FileTarget {
    /// Reads what lies on disk, once; and ends a finish that was cut short between its two renames.
    func readRecords() throws(IndexError) {
        guard !isRead else { return }
        growing = try record(growingRecordPath)
        if growing != nil, !DiskFile.exists(growingPath) {
            try DiskFile.move(growingRecordPath, to: finishedRecordPath)
            growing = nil
        }
        finished = try DiskFile.exists(path) ? record(finishedRecordPath) : nil
        isRead = true
        // What was written before this process began may be sent again.
        if let growing, !growing.chunks.isEmpty { _ = try contents() }
    }

    private func record(_ path: String) throws(IndexError) -> BulkFileRecord? {
        guard let bytes = try DiskFile.read(path) else { return nil }
        do {
            if let record = BulkFileRecord(json: try JSONValue(parsing: ByteString(bytes))) { return record }
            throw JSONError.badJSON
        } catch {
            throw IndexError(
                .damaged,
                "the record beside the file cannot be read",
                place: path,
                fix: "remove it and run with --fresh"
            )
        }
    }

    /// Makes durable what is being written.
    func keepGrowing(_ record: BulkFileRecord) throws(IndexError) {
        try DiskFile.replace(growingRecordPath, with: record.json.canonical.bytes)
        growing = record
    }

    /// Writes a batch at a place of the growing file; answers how many bytes it took there.
    func append(_ bytes: [UInt8], at offset: Int) throws(IndexError) -> Int {
        guard isCompressed else {
            try DiskFile.write(bytes.span.bytes, to: growingPath, at: offset)
            return bytes.count
        }
        var frame = ByteBuffer()
        do throws(CompressionError) {
            // The fastest level: the file is read once by a loader.
            var encoder = try ZstdEncoder(level: 1)
            _ = try encoder.encode(bytes.span.bytes, into: &frame)
        } catch {
            throw IndexError(
                .unavailable,
                "a batch cannot be compressed",
                place: path,
                cause: "\(error)",
                fix: "make room in memory, then type the same command; or name the file without .zst"
            )
        }
        try frame.withBytes { (bytes) throws(IndexError) in
            try DiskFile.write(bytes, to: growingPath, at: offset)
        }
        return frame.count
    }
}
