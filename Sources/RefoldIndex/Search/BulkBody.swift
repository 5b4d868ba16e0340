import RefoldBytes
import RefoldModel
import RefoldWire

/// Writes of a batch as the lines of one bulk request.
enum BulkBody {
    /// The body of these entries; each names id, version and `external_gte`, never an index.
    static func make(
        _ places: some Collection<Int>,
        of batch: DocumentBatch,
        isGzip: Bool
    ) throws(IndexError) -> (body: RequestBody, length: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(places.reduce(0) { $0 + size(of: batch.entries[$1]) })
        for place in places { append(batch.entries[place], of: batch, to: &bytes) }
        guard isGzip else { return (RequestBody(bytes), bytes.count) }
        var packed = ByteBuffer()
        do { try GzipEncoder.encode(bytes.span.bytes, level: 1, into: &packed) } catch {
            throw IndexError(.unavailable, "a request cannot be compressed", cause: "\(error)")
        }
        return (RequestBody(packed), bytes.count)
    }

    /// About how many bytes an entry takes.
    static func size(of entry: DocumentBatch.Entry) -> Int { entry.sourceLength + 2 * entry.idLength + 80 }

    private static func append(
        _ entry: DocumentBatch.Entry,
        of batch: DocumentBatch,
        to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: (entry.isDeletion ? #"{"delete":{"_id":"# : #"{"index":{"_id":"#).utf8)
        JSONText.appendQuoted(batch.bytes[entry.idRange], to: &bytes)
        bytes.append(contentsOf: #","version":"#.utf8)
        bytes.append(contentsOf: String(entry.version).utf8)
        bytes.append(contentsOf: ",\"version_type\":\"external_gte\"}}\n".utf8)
        guard !entry.isDeletion else { return }
        bytes.append(contentsOf: batch.bytes[entry.sourceRange])
        bytes.append(UInt8(ascii: "\n"))
    }
}
