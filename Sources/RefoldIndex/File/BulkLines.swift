import RefoldBytes
import RefoldModel

/// Pairs of lines as a bulk request has them.
struct BulkLines {
    /// The lines.
    private(set) var bytes: [UInt8] = []
    /// The number of documents.
    private(set) var count = 0
    /// What stands before an id: the same in every action line.
    private let prefix: [UInt8]

    init(alias: String) {
        var prefix = Array("{\"index\":{\"_index\":".utf8)
        JSONText.appendQuoted(alias.utf8, to: &prefix)
        prefix += Array(",\"_id\":".utf8)
        self.prefix = prefix
    }

    /// Appends the action and the document.
    mutating func append(_ entry: DocumentBatch.Entry, of batch: DocumentBatch) {
        bytes.append(contentsOf: prefix)
        JSONText.appendQuoted(batch.bytes[entry.idRange], to: &bytes)
        bytes.append(contentsOf: ",\"version\":".utf8)
        bytes.append(contentsOf: String(entry.version).utf8)
        bytes.append(contentsOf: ",\"version_type\":\"external_gte\"}}\n".utf8)
        bytes.append(contentsOf: batch.bytes[entry.sourceRange])
        bytes.append(UInt8(ascii: "\n"))
        count += 1
    }
}
