import Foundation
import RefoldBytes
import RefoldModel
import RefoldPipeline
import Testing

/// The shared examples: an archive, and the state, rejects and counts that FOLD.md's rules give.
private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

private func audit(
    _ archive: String,
    shards: Int,
    memory: Int = 1 << 30,
    workers: Int = 2
) async throws -> StateAudit {
    let work = FileManager.default.temporaryDirectory.appending(path: "refold-audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    let request = FoldRequest(
        archive: ArchiveReference(location: archive),
        readModels: [],
        asOf: nil,
        salvages: false,
        shards: shards,
        memoryBytes: memory,
        checkpointSeconds: 0,
        abortAt: 10_000,
        workFolder: work.path,
        stop: StopSignal()
    )
    let engine = ParallelFold(types: TypeRegistry(), workers: workers, keepsHistory: true) { 0 }
    return try await StateAudit(request, engine: engine) { _ in }
}

private func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    String(decoding: Array(bytes), as: UTF8.self).split(separator: "\n").map(String.init)
}

@Suite struct `The state of the shared examples` {
    @Test(arguments: ["cdc-tricky", "cdc-corners"], [1, 2, 3, 8])
    func `equals what the rules give, byte for byte, at any number of shards`(
        example: String,
        shards: Int
    ) async throws {
        let folder = fixtures.appending(path: example)
        let audit = try await audit(folder.appending(path: "archive").path, shards: shards)
        let expected = try Data(contentsOf: folder.appending(path: "expected-state.ndjson"))
        let differing = zip(lines(audit.state), lines(expected)).filter { $0 != $1 }.prefix(3)
        #expect(audit.state == Array(expected), "first differences: \(Array(differing))")
        let rejects = try Data(contentsOf: folder.appending(path: "expected-rejects.ndjson"))
        #expect(lines(audit.rejects) == lines(rejects))
        let report = try Data(contentsOf: folder.appending(path: "expected-report.json"))
        #expect(audit.report == (try JSONValue(parsing: ByteString(Array(report)))))
    }

    @Test(arguments: ["cdc-tricky", "cdc-corners"])
    func `is the same when memory is so small that every block spills`(example: String) async throws {
        let folder = fixtures.appending(path: example)
        let audit = try await audit(folder.appending(path: "archive").path, shards: 3, memory: 1)
        #expect(audit.state == Array(try Data(contentsOf: folder.appending(path: "expected-state.ndjson"))))
    }
}
