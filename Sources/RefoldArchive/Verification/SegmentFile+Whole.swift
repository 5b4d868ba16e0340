package import RefoldBytes

extension Segment {
    /// The frames as the seek table at the file's end tells them; nil when there is none that fits the file.
    ///
    /// Its decoded sizes are hearsay until the frames are read: good for a list, not for a proof.
    package func seekTable() throws(ArchiveError) -> ZstdSeekTable? {
        try SegmentFile.listed(self).seekTable()
    }
}

extension SegmentFile {
    /// The SHA-256 of the whole file.
    func digest(pieceBytes: Int) throws(ArchiveError) -> Digest {
        var hash = SHA256()
        var piece = ByteBuffer(capacity: pieceBytes)
        var offset: Int64 = 0
        while offset < facts.bytes {
            piece.removeAll()
            offset += Int64(try read(at: offset, upTo: pieceBytes, into: &piece))
            piece.withBytes { hash.update($0) }
        }
        return hash.finish()
    }

    /// The seek table at the file's end; nil when there is none that fits the file.
    func seekTable() throws(ArchiveError) -> ZstdSeekTable? {
        var tail = ByteBuffer()
        let footer = Int64(ZstdSeekTable.footerBytes)
        guard facts.bytes >= footer else { return nil }
        _ = try read(at: facts.bytes - footer, upTo: ZstdSeekTable.footerBytes, into: &tail)
        guard let length = tail.withBytes({ ZstdSeekTable.length(fromFooter: $0) }),
            Int64(length) <= facts.bytes
        else { return nil }
        var table = ByteBuffer(capacity: length)
        let start = facts.bytes - Int64(length)
        _ = try read(at: start, upTo: length, into: &table)
        return table.withBytes { ZstdSeekTable($0, bytesBefore: UInt64(start)) }
    }
}
