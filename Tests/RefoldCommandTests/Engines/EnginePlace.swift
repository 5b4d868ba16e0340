import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// A folder with a job whose target is a search engine; its aliases are its own, since tests share the node.
struct EnginePlace {
    /// The folder, with the same job over an embedded target.
    let place: Workplace
    /// The engine.
    let node: SearchNode
    /// What the aliases' names end in.
    let suffix: String

    /// The Target file.
    static let target = "m/target.yaml"
    /// Where the reference of ``reference(_:)`` lies.
    private static let referenceFile = "ref.db"

    /// The engines that run here; none where only emulators do.
    static func kinds() throws -> [NodeKind] { try NodeKind.judges().filter { !$0.isEmulator } }
    /// Those of which a test may have a node of its own.
    static func ownKinds() throws -> [NodeKind] { try kinds().filter(\.isStartable) }
    /// One engine, for what does not differ between them.
    static func oneKind() throws -> [NodeKind] { Array(try kinds().prefix(1)) }

    /// A made archive, a job over read models that the project ships, and a Target file of the node.
    static func with(
        _ node: SearchNode,
        events: Int,
        segments: Int = 3,
        readModels: [String] = ["clients"],
        more: String = "",
        _ body: (EnginePlace) async throws -> Void
    ) async throws {
        try await Workplace.with(events: events, segments: segments, readModels: readModels, more: more) {
            place in
            let engine = EnginePlace(place: place, node: node, suffix: SearchNode.freshName(""))
            for name in readModels {
                try place.replace(
                    "alias: \(name)",
                    with: "alias: \(engine.alias(name))",
                    in: "m/\(name).yaml"
                )
            }
            try engine.writeTarget()
            try await body(engine)
            try engine.clear(readModels)
        }
    }

    /// The same with the shared node of a kind.
    static func with(
        _ kind: NodeKind,
        events: Int,
        segments: Int = 3,
        readModels: [String] = ["clients"],
        more: String = "",
        _ body: (EnginePlace) async throws -> Void
    ) async throws {
        let node = try await SearchNode.shared(kind)
        try await with(node, events: events, segments: segments, readModels: readModels, more: more, body)
    }

    /// The alias of a read model.
    func alias(_ readModel: String = "clients") -> String { readModel + suffix }

    /// Writes the Target file, for the node or for what stands in front of it.
    func writeTarget(_ url: String? = nil, more: String = "") throws {
        let text = """
            apiVersion: refold/v1
            kind: Target
            name: test
            opensearch:
              url: "\(url ?? node.url)"
              \(more)
            """
        try place.write(text + "\n", to: Self.target)
    }

    /// Takes the indices away: a shared node has room for so many.
    func clear(_ readModels: [String]) throws {
        for name in try readModels.flatMap({ try indices($0, withLease: true) }) {
            _ = try node.exchange("DELETE", "/\(name)")
        }
    }

    // MARK: - Running

    /// The words of the run.
    var command: [String] { ["run", Workplace.job, "--target", Self.target] }

    /// Runs the job to its end.
    func run(_ more: [String] = [], failpoint: String? = nil) async throws -> Told {
        try await place.refold(command + more, failpoint: failpoint)
    }

    /// Runs the job until a failpoint, does something there, and lets it go on to its end.
    func run(
        _ more: [String] = [],
        heldAt point: String,
        _ body: () async throws -> Void
    ) async throws -> Told {
        let go = "go-\(UUID().uuidString)"
        let path = place.folder.appending(path: go).path
        let process = try place.start(command + more, failpoint: "\(point):wait=\(path)")
        try await eventually(within: .seconds(120), "the run comes to \(point)") {
            place.has("\(go).reached") || process.endIfAny != nil
        }
        do { try await body() } catch {
            process.signal(SIGKILL)
            throw error
        }
        try place.write("", to: go)
        return try await Workplace.told(process)
    }

    /// Documents of an uninterrupted run into an embedded target, as `ID VERSION SOURCE`.
    func reference(_ readModel: String = "clients") async throws -> [String] {
        let words = [
            "run", Workplace.job, "--set", "target.embedded=\(Self.referenceFile)", "--state-dir=ref",
        ]
        let told = try await place.refold(words)
        #expect(told.status == 0, told.everything)
        let lines = try place.documents(alias(readModel), in: Self.referenceFile)
        try place.remove(Self.referenceFile)
        try place.remove("ref")
        return lines.sorted()
    }
}

extension Told {
    /// The objects on its output, one a line.
    var rows: [JSONValue] {
        get throws {
            try output.split(separator: "\n").map { try JSONValue(parsing: ByteString(String($0))) }
        }
    }
}
