import RefoldBytes
import RefoldIndex
import RefoldModel

/// Whether the documents in the index are the ones that were made, each compared by id, version and digest.
struct DigestGate {
    /// What a comparison found.
    struct Difference: Sendable, Hashable {
        var compared = 0
        var altered: [String] = []
        var missing: [String] = []
        var added: [String] = []
        var count = 0

        /// How many ids are named of each sort.
        static let named = 10

        mutating func note(_ id: ByteString, in list: WritableKeyPath<Difference, [String]>) {
            count += 1
            if self[keyPath: list].count < Difference.named { self[keyPath: list].append(id.string) }
        }
    }

    /// Of how many documents one is looked at when a sample is enough.
    static let sampleEvery: UInt64 = 64

    let readModel: String
    let index: IndexIdentity
    let target: any IndexTarget
    /// Where files may lie while the index is read.
    let folder: String
    let stop: StopSignal

    /// Compares every document.
    func full(_ expected: consuming ExpectedMerge) async throws(PipelineError) -> GateResult {
        var difference = Difference()
        var wanted = try nextDocument(of: &expected)
        let found = IndexedDocuments(
            index: index,
            target: target,
            withSource: true,
            folder: folder,
            stop: stop
        )
        try await found.lendEach { (other) throws(PipelineError) in
            while let one = wanted, one.id < other.id {
                difference.note(one.id, in: \.missing)
                wanted = try nextDocument(of: &expected)
            }
            guard let one = wanted, one.id == other.id else {
                difference.note(other.id, in: \.added)
                return
            }
            compare(one, other, into: &difference)
            wanted = try nextDocument(of: &expected)
        }
        while let one = wanted {
            difference.note(one.id, in: \.missing)
            wanted = try nextDocument(of: &expected)
        }
        return judge(difference)
    }

    /// Compares a sample that the ids decide, so that two runs look at the same documents.
    func sampled(_ expected: consuming ExpectedMerge) async throws(PipelineError) -> GateResult {
        var difference = Difference()
        var sample: [ExpectedDocument] = []
        while let document = try nextDocument(of: &expected) {
            guard SourceHash(of: document.id.bytes).low % DigestGate.sampleEvery == 0 else { continue }
            sample.append(document)
            if sample.count == 500 { try await look(at: &sample, into: &difference) }
        }
        try await look(at: &sample, into: &difference)
        return judge(difference)
    }

    private func look(
        at sample: inout [ExpectedDocument],
        into difference: inout Difference
    ) async throws(PipelineError) {
        guard !sample.isEmpty else { return }
        try stop.check()
        let read: [Document]
        do { read = try await target.fetch(sample.map(\.id), from: index, withSource: true) } catch {
            throw PipelineError(error)
        }
        let found = Dictionary(
            read.map { document in
                let hash = SourceHash(of: document.source.bytes)
                return (
                    document.id,
                    ExpectedDocument(id: document.id, version: document.version, kind: .document, hash: hash)
                )
            },
            uniquingKeysWith: { $1 }
        )
        for document in sample {
            if let other = found[document.id] {
                compare(document, other, into: &difference)
            } else {
                difference.note(document.id, in: \.missing)
            }
        }
        sample.removeAll(keepingCapacity: true)
    }

    private func compare(
        _ wanted: ExpectedDocument,
        _ found: ExpectedDocument,
        into difference: inout Difference
    ) {
        difference.compared += 1
        if wanted.version != found.version || wanted.hash != found.hash {
            difference.note(wanted.id, in: \.altered)
        }
    }

    private func nextDocument(of expected: inout ExpectedMerge) throws(PipelineError) -> ExpectedDocument? {
        while let next = try expected.next() {
            if next.kind == .document { return next }
        }
        return nil
    }

    private func judge(_ difference: Difference) -> GateResult {
        guard difference.count > 0 else {
            return GateResult(
                .digest,
                .passed,
                readModel: readModel,
                "\(grouped(difference.compared)) documents are as made"
            )
        }
        let parts = [
            ("altered", difference.altered), ("missing", difference.missing), ("added", difference.added),
        ]
        let words = parts.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
        return GateResult(
            .digest,
            .failed,
            readModel: readModel,
            "\(grouped(difference.count)) documents of \(index.name) differ: \(words.joined(separator: "; "))",
            examples: parts.flatMap { word, ids in ids.map { "\(word) \($0)" } }
        )
    }
}
