import RefoldBytes
import RefoldIndex
import RefoldModel

extension IndexTarget {
    /// A page of documents behind an id in order of id bytes, out of a whole scan.
    func readBack(
        _ index: IndexIdentity,
        after id: ByteString?,
        limit: Int,
        withSource: Bool
    ) async throws -> [Document] {
        var documents: [Document] = []
        try await lendPages(of: index, above: nil, withSource: withSource) {
            documents += $0
            return true
        }
        return Array(
            documents.filter { document in id.map { document.id > $0 } ?? true }.sorted { $0.id < $1.id }
                .prefix(limit)
        )
    }

    /// The documents with these ids and their sources.
    func fetch(_ ids: [ByteString], from index: IndexIdentity) async throws(IndexError) -> [Document] {
        try await fetch(ids, from: index, withSource: true)
    }
}
