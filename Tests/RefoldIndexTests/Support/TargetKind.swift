import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldTestKit
import Testing

/// The targets with aliases that the conformance suite runs against.
enum TargetKind: Hashable, Sendable, CustomTestStringConvertible {
    case embedded
    case node(NodeKind)

    var testDescription: String {
        switch self {
        case .embedded: "embedded"
        case .node(let kind): kind.rawValue
        }
    }

    /// The embedded target and the engines that judge here.
    static func judges() throws -> [TargetKind] { [.embedded] + (try engines().map { .node($0) }) }

    /// The engines that judge here: real nodes, else the given cluster, else the emulators.
    static func engines() throws -> [NodeKind] { try judging.get() }

    // Asked once: what is left out is told once.
    private static let judging = Result {
        let kinds = try NodeKind.judges()
        for kind in kinds { try EmulatorGaps.tell(kind) }
        return kinds
    }
}

/// Runs a body with a target, and with a way to open another one on the same place.
func withTarget(
    _ kind: TargetKind,
    _ body: (any IndexTarget, () throws -> any IndexTarget) async throws -> Void
) async throws {
    switch kind {
    case .embedded:
        try await withTemporaryFolder { folder in
            let open = { EmbeddedTarget(path: folder + "/refold.db", busyMilliseconds: 10_000) }
            let target = open()
            try await body(target, open)
            try await target.close()
        }
    case .node(let kind):
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            try await body(target) { try plot.open() }
            try await target.close()
        }
    }
}

/// Runs a body with a folder of its own, removed afterwards.
func withTemporaryFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "refold-index-\(UUID().uuidString)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}

/// A JSON value of a text that is known to be JSON.
func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: ByteString(text)) }

/// The members of a JSON object of a text.
func object(_ text: String) throws -> JSONObject { try #require(try json(text).asObject) }

extension IndexMark {
    /// A mark of a run.
    static func made(by run: String, state: String = "building") -> IndexMark {
        IndexMark(
            run: run,
            job: "nightly",
            readModel: "clients",
            readModelVersion: 3,
            definition: ["name": "clients"],
            archiveDigest: "9f3c",
            startedAt: "2026-11-23T02:15:00.000Z",
            state: state
        )
    }
}

extension IndexSpecification {
    /// An index with these mappings.
    static func made(
        _ name: String,
        run: String = "run-1",
        mappings: String = #"{"dynamic":"strict","properties":{"n":{"type":"long"},"k":{"type":"keyword"}}}"#,
        settings: String = "{}"
    ) throws -> IndexSpecification {
        IndexSpecification(
            name: name,
            settings: try object(settings),
            mappings: try object(mappings),
            mark: .made(by: run)
        )
    }
}

/// A batch of documents: id, version, source; a nil source deletes.
func batch(_ writes: [(String, Int64, String?)]) -> DocumentBatch {
    var batch = DocumentBatch()
    for (id, version, source) in writes {
        if let source {
            batch.append(id: Array(id.utf8), version: version, source: Array(source.utf8))
        } else {
            batch.appendDeletion(id: Array(id.utf8), version: version)
        }
    }
    return batch
}

extension ItemOutcome {
    /// The outcome in one word.
    var word: String {
        switch self {
        case .indexed: "indexed"
        case .deleted: "deleted"
        case .superseded: "superseded"
        case .rejected(let why, _, _): why
        }
    }
}
