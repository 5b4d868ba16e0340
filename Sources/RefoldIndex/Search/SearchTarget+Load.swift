package import RefoldModel

extension SearchTarget {
    /// Writes a batch; refuses when the index is no longer the one that was made.
    package func load(
        _ batch: DocumentBatch,
        into index: IndexIdentity
    ) async throws(IndexError) -> [ItemOutcome] {
        guard !batch.isEmpty else { return [] }
        // A bulk request to a deleted index makes another one in silence.
        _ = try await required(index)
        // A batch larger than one request is sent by several at once: while the engine works at one, the next comes over.
        let parts = BulkSender.cut(batch, bytes: options.bulkBytes)
        let results = await withTaskGroup(of: Part.self) { group in
            for places in parts { group.addTask { await self.send(batch, at: places, into: index) } }
            var results: [Part] = []
            for await part in group { results.append(part) }
            return results
        }
        var outcomes: [ItemOutcome] = []
        outcomes.reserveCapacity(batch.count)
        for part in results.sorted(by: { $0.start < $1.start }) {
            if let failure = part.failure { throw failure }
            guard part.start == outcomes.count else { break }
            outcomes += part.outcomes
        }
        guard outcomes.count == batch.count else {
            throw IndexError(.damaged, "a part of a batch has no outcomes", place: index.name)
        }
        return outcomes
    }

    /// What became of the writes of a batch from a place on.
    private struct Part: Sendable {
        var start: Int
        var outcomes: [ItemOutcome] = []
        var failure: IndexError?
    }

    private func send(_ batch: DocumentBatch, at places: Range<Int>, into index: IndexIdentity) async -> Part
    {
        var part = Part(start: places.lowerBound)
        do throws(IndexError) {
            var sender = BulkSender(batch, at: places, into: index, of: self)
            part.outcomes = try await sender.send()
        } catch { part.failure = error }
        return part
    }
}
