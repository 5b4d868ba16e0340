internal import RefoldBytes

/// What lies in the folder already is never replaced by something else.
extension ArchiveGenerator {
    /// The names among those that would be written of files that the folder holds; throws for other segments.
    func standingNames(in location: String) throws(ArchiveError) -> [String] {
        let folder = try Folder(location)
        let made = Set((0..<segments).map { ByteString(name($0)) })
        let present = try folder.segmentNames()
        let others = present.filter { !made.contains(ByteString($0)) }
        if let first = others.min() {
            throw ArchiveError(
                .unlisted,
                "\(location) holds other segments already",
                place: others.count > 1 ? "\(first) and \(others.count - 1) more" : first,
                fix: "choose an empty folder"
            )
        }
        let catalog = try folder.file(Catalog.fileName) == nil ? [] : [Catalog.fileName]
        return catalog + present.sorted()
    }

    /// Throws `archive.mismatch` naming the files that are not, byte for byte, what would be written.
    func refuseReplacing(
        _ names: [String],
        in location: String,
        by catalog: Catalog
    ) throws(ArchiveError) {
        var digests = Dictionary(
            catalog.segments.map { (ByteString($0.path), $0.sha256) },
            uniquingKeysWith: { $1 }
        )
        digests[ByteString(Catalog.fileName)] = SHA256.digest(of: catalog.text.bytes)
        let folder = try Folder(location)
        var different: [String] = []
        for name in names {
            guard let path = try folder.file(name) else { continue }
            let digest = try SegmentFile(path: path, name: name).digest()
            if digest != digests[ByteString(name)] { different.append(name) }
        }
        guard let first = different.first else { return }
        throw ArchiveError(
            .mismatch,
            "\(location) holds an archive already, which would be replaced",
            place: different.count > 1 ? "\(first) and \(different.count - 1) more" : first,
            cause: "what lies there is not what these options make",
            fix: "choose an empty folder, or delete the old archive first if nobody needs it"
        )
    }
}

extension SegmentFile {
    /// SHA-256 of the whole file.
    fileprivate func digest() throws(ArchiveError) -> Digest {
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < facts.bytes {
            var piece = ByteBuffer()
            let count = try read(at: offset, upTo: 1 << 20, into: &piece)
            piece.withBytes { hash.update($0) }
            offset += Int64(count)
        }
        return hash.finish()
    }
}
