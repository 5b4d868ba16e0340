import RefoldModel

extension DocumentBatch {
    /// The most bytes of an id (DOMAIN 4.1).
    static let idLimit = 512
    /// The most bytes of a document that any target here takes: SQLite's limit of a text.
    static let sourceLimit = 1_000_000_000

    /// What is wrong with a write before its document is looked at.
    func refusal(of entry: Entry) -> ItemOutcome? {
        if entry.idLength == 0 { return .rejected(why: "mapping_refused", detail: "the id is empty") }
        if entry.idLength > DocumentBatch.idLimit {
            return .rejected(
                why: "id_too_long",
                detail: "the id has \(entry.idLength) bytes, at most \(DocumentBatch.idLimit) are taken"
            )
        }
        if entry.version < 0 {
            return .rejected(why: "mapping_refused", detail: "the version is negative")
        }
        guard !entry.isDeletion else { return nil }
        if entry.sourceLength > DocumentBatch.sourceLimit {
            return .rejected(why: "document_too_large", detail: "it has \(entry.sourceLength) bytes")
        }
        if bytes[entry.sourceRange].contains(UInt8(ascii: "\n")) {
            return .rejected(why: "mapping_refused", detail: "the document is not one line")
        }
        return nil
    }
}

extension DocumentBatch.Entry {
    /// Where the id lies in the batch.
    var idRange: Range<Int> { idOffset..<idOffset + idLength }
    /// Where the source lies in the batch.
    var sourceRange: Range<Int> { sourceOffset..<sourceOffset + sourceLength }
}
