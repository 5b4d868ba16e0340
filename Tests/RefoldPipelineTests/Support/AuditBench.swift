import Foundation
import RefoldBytes
import RefoldModel
import RefoldPipeline
import Testing

/// A folder for an archive and for spills, removed when the test ends.
final class AuditBench: Sendable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "refold-bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }

    /// The archive's folder.
    var archive: URL { folder.appending(path: "archive") }
    /// The folder for spills.
    var work: URL { folder.appending(path: "work") }

    /// Writes a segment.
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: archive.appending(path: name))
    }

    /// A request that folds this archive, or another.
    func request(
        _ other: URL? = nil,
        shards: Int = 2,
        memory: Int = 1 << 30,
        change: (inout FoldRequest) -> Void = { _ in }
    ) -> FoldRequest {
        var request = FoldRequest(
            archive: ArchiveReference(location: (other ?? archive).path),
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
        change(&request)
        return request
    }

    /// The audit of this archive, or of another.
    func audit(
        _ other: URL? = nil,
        shards: Int = 2,
        memory: Int = 1 << 30,
        workers: Int = 2,
        change: (inout FoldRequest) -> Void = { _ in }
    ) async throws -> StateAudit {
        let engine = ParallelFold(types: TypeRegistry(), workers: workers, keepsHistory: true) { 0 }
        let request = request(other, shards: shards, memory: memory, change: change)
        return try await StateAudit(request, engine: engine) { _ in }
    }
}

extension StateAudit {
    /// The lines, without their ends.
    var lines: [ByteString] {
        get throws {
            var lines: [ByteString] = []
            try forEachLine { lines.append($0) }
            return lines
        }
    }

    /// The lines with their ends.
    var state: [UInt8] {
        get throws { try lines.reduce(into: []) { $0 += $1.bytes + [UInt8(ascii: "\n")] } }
    }

    /// The rejects, parsed.
    var rejectValues: [JSONValue] {
        get throws { try textLines(rejects).map { try JSONValue(parsing: ByteString($0)) } }
    }
}

/// The lines of a text, without their ends.
func textLines(_ bytes: some Sequence<UInt8>) -> [String] {
    String(decoding: Array(bytes), as: UTF8.self).split(separator: "\n").map(String.init)
}

/// The fixtures of all rooms.
let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

/// A change of an account, one line of an archive.
func change(
    _ kind: String,
    id: String = "0015f00002J9YYEAA3",
    at timestamp: Int = 1000,
    number: Int = 0,
    transaction: String = "t",
    fields: String = ""
) -> String {
    let header =
        "{\"entityName\":\"Account\",\"recordIds\":[\"\(id)\"],\"changeType\":\"\(kind)\","
        + "\"commitTimestamp\":\(timestamp),\"commitNumber\":\(number),\"sequenceNumber\":1,"
        + "\"transactionKey\":\"\(transaction)\"}"
    return "{\"payload\":{\"ChangeEventHeader\":\(header)\(fields.isEmpty ? "" : ",")\(fields)}}"
}

extension ZstdEncoder {
    /// One frame.
    mutating func frame(of bytes: [UInt8]) throws -> [UInt8] {
        var output = ByteBuffer()
        _ = try encode(bytes.span.bytes, into: &output)
        return output.withBytes { $0.withUnsafeBytes { Array($0) } }
    }
}
