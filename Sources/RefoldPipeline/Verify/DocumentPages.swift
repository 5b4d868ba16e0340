import RefoldBytes
import RefoldIndex
import RefoldModel

/// The documents of an index one by one in order of id bytes, read in pages.
struct DocumentPages {
    private let target: any IndexTarget
    private let index: IndexIdentity
    private let withSource: Bool
    private let limit: Int
    private let stop: StopSignal
    private var page: ArraySlice<Document> = []
    private var last: ByteString?
    private var hasEnded = false

    init(
        of index: IndexIdentity,
        in target: any IndexTarget,
        withSource: Bool,
        limit: Int = 2_000,
        stop: StopSignal
    ) {
        self.index = index
        self.target = target
        self.withSource = withSource
        self.limit = limit
        self.stop = stop
    }

    /// The next document; nil at the end.
    mutating func next() async throws(PipelineError) -> Document? {
        if let document = page.popFirst() { return document }
        guard !hasEnded else { return nil }
        try stop.check()
        let read: [Document]
        do {
            read = try await target.readBack(index, after: last, limit: limit, withSource: withSource)
        } catch { throw PipelineError(error) }
        // A page that does not go on from the last one would loop for ever.
        if let last, let first = read.first, first.id <= last {
            throw PipelineError(.fault, "the target reads documents back out of order", place: index.name)
        }
        hasEnded = read.isEmpty
        last = read.last?.id ?? last
        page = read[...]
        return page.popFirst()
    }
}
