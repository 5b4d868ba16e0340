internal import RefoldBytes

/// Makes an archive of Salesforce change events that is the same, byte for byte, for the same seed and libzstd.
///
/// Clients, projects and contacts live, change, are deleted and come back; events are redelivered, come late, name
/// several records, and some say only that something was missed. No line is refused by a reader.
package struct ArchiveGenerator: Sendable, Hashable {
    /// How much is made.
    package enum Size: Sendable, Hashable {
        /// That many lines.
        case events(Int)
        /// Lines until the decoded bytes reach that many.
        case rawBytes(Int64)
    }

    /// The seed of everything that is drawn.
    package var seed: UInt64
    /// How much is made.
    package var size: Size
    /// In how many files.
    package var segments: Int
    /// Decoded bytes after which a frame ends at the next line end.
    package var frameBytes = 256 << 10
    /// The compression level.
    package var level = 12

    /// What is to be made, in frames of 256 KiB.
    package init(seed: UInt64, size: Size, segments: Int) {
        self.seed = seed
        self.size = size
        self.segments = max(1, segments)
    }

    /// Makes the archive in a folder, which is created when it is not there.
    ///
    /// Throws `archive.unlisted` when the folder holds other segments, which the catalog would not list, and
    /// `archive.mismatch` when it holds an archive already; files that hold what would be written may stay, so that
    /// the same command can be repeated.
    package func write(into folder: String) throws(ArchiveError) -> Catalog {
        try OutputFile.makeFolder(folder)
        let standing = try standingNames(in: folder)
        if !standing.isEmpty {
            // Looked at as a whole before anything is written: an archive is somebody's only copy of its events.
            try refuseReplacing(standing, in: folder, by: try make(in: folder, keeping: false))
        }
        let catalog = try make(in: folder, keeping: true)
        let file = try OutputFile(path: "\(folder)/\(Catalog.fileName)")
        try file.write(catalog.text.bytes.span.bytes)
        try file.finish()
        return catalog
    }

    /// Makes the segments and tells what the catalog says of them.
    private func make(in folder: String, keeping: Bool) throws(ArchiveError) -> Catalog {
        var history = MadeHistory(seed: seed, aggregates: aggregates)
        var entries: [CatalogEntry] = []
        for index in 0..<segments {
            var writer = try SegmentWriter(
                folder: folder,
                name: name(index),
                frameBytes: frameBytes,
                level: level,
                keeping: keeping
            )
            switch size {
            case .events(let count):
                let last = count / segments * (index + 1) + min(index + 1, count % segments)
                while history.lines < last {
                    try history.write(to: &writer, remaining: count - history.lines)
                }
            case .rawBytes(let count):
                let share = count / Int64(segments)
                while writer.writtenBytes < share { try history.write(to: &writer, remaining: .max) }
                while index == segments - 1, history.hasHeldBack {
                    try history.write(to: &writer, remaining: 0)
                }
            }
            entries.append(try writer.finish())
        }
        return Catalog(format: "salesforce-cdc", segments: entries)
    }

    /// About six events of each.
    private var aggregates: Int {
        switch size {
        case .events(let count): max(20, count / 6)
        case .rawBytes(let count): max(20, Int(clamping: count / 5000))
        }
    }

    /// The name of one of its segments.
    func name(_ index: Int) -> String {
        let digits = String(index)
        return "events-" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
            + ".jsonl.zst"
    }
}
