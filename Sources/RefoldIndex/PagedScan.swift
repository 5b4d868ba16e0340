import RefoldBytes
import RefoldModel

/// A scan of a target that answers a page behind any id, in order of id bytes.
actor PagedScan: DocumentScan {
    private let page: @Sendable (ByteString?) async throws(IndexError) -> [Document]
    private var last: ByteString?
    private var hasEnded = false

    nonisolated var isInIDOrder: Bool { true }

    /// Documents of a page.
    static let documents = 2_000

    init(page: @escaping @Sendable (_ after: ByteString?) async throws(IndexError) -> [Document]) {
        self.page = page
    }

    func next() async throws(IndexError) -> [Document] {
        guard !hasEnded else { return [] }
        let read = try await page(last)
        // A page that does not go on from the last one would loop for ever.
        if let last, let first = read.first, first.id <= last {
            throw IndexError(.damaged, "the target reads documents back out of order")
        }
        hasEnded = read.isEmpty
        last = read.last?.id
        return read
    }

    func close() {}
}
