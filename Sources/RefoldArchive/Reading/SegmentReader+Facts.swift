internal import RefoldBytes

/// What the catalog says of a segment, held against what was read.
extension SegmentReader {
    /// Holds all facts against the catalog at the segment's end, and the file against its listing.
    mutating func verifyFacts() throws(ArchiveError) {
        try file.confirmUnchanged()
        if salvage {
            salvageFacts()
            return
        }
        try confirmDigest()
        guard segment.kind != .plain else {
            try confirm("rawBytes", listed: segment.entry?.rawBytes, found: segment.bytes)
            return
        }
        try confirm("frames", listed: segment.entry?.frames, found: Int64(frames))
        if let rawBytes { try confirm("rawBytes", listed: segment.entry?.rawBytes, found: rawBytes) }
    }

    private mutating func confirmDigest() throws(ArchiveError) {
        guard let listed = segment.entry?.sha256, let found = digest.finish(), found != listed else { return }
        throw ArchiveError(
            .digest,
            "\(segment.name) is not the file that catalog.json lists",
            cause: "its SHA-256 is \(found.hex), listed is \(listed.hex)",
            fix: "restore the segment, or correct catalog.json if the file is the right one"
        )
    }

    private func confirm(_ fact: String, listed: Int64?, found: Int64) throws(ArchiveError) {
        guard let listed, listed != found else { return }
        throw .mismatch(segment.name, fact, listed: listed, found: found)
    }

    /// In salvage every frame that was handed out is whole; what the catalog misses is reported as the damage.
    private mutating func salvageFacts() {
        let entry = segment.entry
        var causes: [String] = []
        let facts: [(String, Int64?, Int64?)] = [
            ("bytes", entry?.bytes, segment.bytes),
            ("frames", segment.kind == .plain ? nil : entry?.frames, Int64(frames)),
            ("rawBytes", entry?.rawBytes, rawBytes),
        ]
        for case (let name, let listed?, let found?) in facts where listed != found {
            causes.append("catalog.json lists \(listed) \(name), the file has \(found)")
        }
        if let listed = entry?.sha256, let found = digest.finish(), found != listed {
            causes.append("its SHA-256 is \(found.hex), listed is \(listed.hex)")
        }
        guard !causes.isEmpty else { return }
        damage = Damage(frame: frames, compressedOffset: cursor, cause: causes.joined(separator: "; "))
    }
}

extension Segment {
    /// Refuses a file that is longer or shorter than its catalog says, before anything of it is read.
    func confirmListedLength() throws(ArchiveError) {
        guard let listed = entry?.bytes, listed != bytes else { return }
        throw .mismatch(name, "bytes", listed: listed, found: bytes)
    }

    /// Whether the catalog gives facts that only a reading from the start can check.
    var hasFactsToCheck: Bool { entry?.sha256 != nil || entry?.frames != nil || entry?.rawBytes != nil }
}

extension ArchiveError {
    /// A count of the catalog that is not the file's.
    static func mismatch(_ name: String, _ fact: String, listed: Int64, found: Int64) -> ArchiveError {
        ArchiveError(
            .mismatch,
            "\(name) is not what catalog.json lists",
            cause: "\(fact) is \(listed) in the catalog, \(found) in the file",
            fix: "restore the segment, or correct catalog.json if the file is the right one"
        )
    }
}
