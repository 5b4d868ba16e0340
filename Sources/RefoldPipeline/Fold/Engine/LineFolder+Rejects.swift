internal import RefoldBytes
internal import RefoldModel

/// What is set aside, with where it stands and the digest of its line.
extension LineFolder {
    mutating func rejectLine(
        _ why: RejectWord,
        _ detail: String?,
        _ line: JSONLine,
        _ text: Span<UInt8>,
        _ place: LinePlace
    ) {
        tally.rejectedLines += 1
        reject(why, detail, line, text, place)
    }

    mutating func reject(
        _ why: RejectWord,
        _ detail: String?,
        _ line: JSONLine,
        _ text: Span<UInt8>,
        _ place: LinePlace,
        record: Int? = nil,
        key: ByteString? = nil,
        lane: Int? = nil
    ) {
        tally.rejects.append(
            FoldTally.PlacedReject(
                line: place.line,
                record: record,
                key: key,
                lane: lane,
                entity: lane == nil && record == nil ? "" : reader.event.entity,
                why: why,
                detail: detail,
                sha256: SHA256.digest(of: text.extracting(line.range).bytes).hex
            )
        )
    }
}
