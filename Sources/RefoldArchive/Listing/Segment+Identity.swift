package import RefoldBytes

extension Segment {
    /// Looks at a file and makes a segment of it.
    init(name: String, path: String, index: Int, entry: CatalogEntry?) throws(ArchiveError) {
        let file = try SegmentFile(path: path, name: name)
        let identity: Digest
        if let listed = entry?.sha256 { identity = listed } else { identity = try Self.identity(of: file) }
        self.init(
            index: index,
            name: name,
            path: path,
            kind: Kind(name: name),
            bytes: file.facts.bytes,
            modifiedNanoseconds: file.facts.modifiedNanoseconds,
            entry: entry,
            identity: identity
        )
    }

    /// The digest that stands for a file without one in a catalog: name, length, time, first and last 64 KiB.
    private static func identity(of file: borrowing SegmentFile) throws(ArchiveError) -> Digest {
        let end = 64 << 10
        var bytes = ByteBuffer(capacity: 2 * end + 1024)
        let facts = "refold segment\n\(file.name)\n\(file.facts.bytes)\n\(file.facts.modifiedNanoseconds)\n"
        bytes.append(Array(facts.utf8))
        _ = try file.read(at: 0, upTo: end, into: &bytes)
        _ = try file.read(at: max(0, file.facts.bytes - Int64(end)), upTo: end, into: &bytes)
        return bytes.withBytes { SHA256.digest(of: $0) }
    }
}

extension Archive {
    /// The digest over the names and identities of segments in order.
    package static func digest(of segments: some Sequence<Segment>) -> Digest {
        var hash = SHA256()
        for segment in segments {
            let name = Array(segment.name.utf8)
            hash.update(Array("\(name.count):".utf8) + name + segment.identity.bytes)
        }
        return hash.finish()
    }
}
