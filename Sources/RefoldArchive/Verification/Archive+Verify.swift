internal import RefoldBytes

extension Archive {
    /// Reads every segment in full and reports each, whatever the others are like.
    package func verify(limits: ReadLimits = ReadLimits()) -> [SegmentReport] {
        segments.map { $0.verify(limits: limits) }
    }
}

extension Segment {
    /// Reads the segment in full and holds it against its frames' checksums and its catalog.
    ///
    /// Complexity: the file is read twice, once for its digest and once to decode it.
    package func verify(limits: ReadLimits = ReadLimits()) -> SegmentReport {
        var report = SegmentReport(segment: self)
        do throws(ArchiveError) {
            try report.readContent(limits: limits)
        } catch {
            report.problems.append(error)
        }
        do throws(ArchiveError) {
            let file = try SegmentFile(path: path, name: name)
            report.sha256 = try file.digest(pieceBytes: limits.inputBytes)
            if kind == .zstd {
                let table = try file.seekTable()
                report.seekTableFrames = table?.entries.count
                report.compare(table)
            }
        } catch {
            report.problems.append(error)
        }
        report.compareWithCatalog()
        return report
    }
}

extension SegmentReport {
    /// Decodes frame by frame without any help from the catalog, up to the first damage.
    fileprivate mutating func readContent(limits: ReadLimits) throws(ArchiveError) {
        var alone = segment
        alone.entry = nil
        var reader = try SegmentReader(alone, limits: limits)
        var decoder = try BlockDecoder()
        var endsInLine = false
        defer { lines += endsInLine ? 1 : 0 }
        while let block = try reader.next() {
            try decoder.decode(block)
            decoder.withBytes { bytes in
                rawBytes += Int64(bytes.byteCount)
                lines += bytes.lineFeeds
                if let last = bytes.lastByte { endsInLine = last != UInt8(ascii: "\n") }
            }
            frames = Int64(reader.frames)
        }
        frames = Int64(reader.frames)
    }

    /// A seek table that does not tell the frames of its file misleads whoever trusts it.
    fileprivate mutating func compare(_ table: ZstdSeekTable?) {
        guard let table, problems.isEmpty else { return }
        let raw = table.entries.reduce(Int64(0)) { $0 + Int64($1.decodedBytes) }
        guard raw != rawBytes else { return }
        problems.append(
            ArchiveError(
                .mismatch,
                "the seek table of \(segment.name) is not that of its frames",
                cause: "it tells \(grouped(raw)) decoded bytes, the frames have \(grouped(rawBytes))",
                fix: "write the segment again"
            )
        )
    }

    fileprivate mutating func compareWithCatalog() {
        guard let entry = segment.entry else { return }
        let isWhole = problems.isEmpty
        if let listed = entry.sha256, let sha256, listed != sha256 {
            problems.append(
                ArchiveError(
                    .digest,
                    "\(segment.name) is not the file that catalog.json lists",
                    cause: "its SHA-256 is \(sha256.hex), listed is \(listed.hex)",
                    fix: "restore the segment, or correct catalog.json if the file is the right one"
                )
            )
        }
        var facts: [(String, Int64?, Int64)] = [("bytes", entry.bytes, segment.bytes)]
        if isWhole {
            if segment.kind != .plain { facts.append(("frames", entry.frames, frames)) }
            facts += [("rawBytes", entry.rawBytes, rawBytes), ("lines", entry.lines, lines)]
        }
        for case (let name, let listed?, let found) in facts where listed != found {
            problems.append(.mismatch(segment.name, name, listed: listed, found: found))
        }
    }
}

extension RawSpan {
    fileprivate var lineFeeds: Int64 {
        withUnsafeBytes { bytes in bytes.reduce(into: Int64(0)) { if $1 == UInt8(ascii: "\n") { $0 += 1 } } }
    }

    fileprivate var lastByte: UInt8? { withUnsafeBytes { $0.last } }
}
