import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// The jobs that the project ships, against real engines, read back by others than refold.
@Suite(.startsProcesses) struct EngineRunTests {
    @Test(arguments: try EnginePlace.kinds())
    func `the job of the manifests fills an engine as it fills the embedded target`(
        kind: NodeKind
    ) async throws {
        let models = ["clients", "projects"]
        try await EnginePlace.with(kind, events: 10, readModels: models) { engine in
            let place = engine.place
            // The archive that the project ships, in the place of the made one.
            try place.remove("a")
            try FileManager.default.copyItem(
                at: fixtures.appending(path: "../../../manifests/archive"),
                to: place.folder.appending(path: "a")
            )
            var first: [String] = []
            for _ in 0..<2 {
                let told = try await engine.run()
                #expect(told.status == 0, told.everything)
                #expect(told.output.components(separatedBy: "  closes").count == 1 + 1 + 2 * models.count)
                for model in models {
                    let expected = try await engine.reference(model)
                    #expect(try engine.documents(model) == expected)
                    let serving = try #require(try engine.serving(model).first)
                    #expect(
                        try engine.settings(of: serving) == [
                            "index.number_of_shards": "1", "index.number_of_replicas": "1",
                        ]
                    )
                    try await engine.witness(model, expected)
                }
                let now = try models.flatMap { try engine.serving($0) }
                #expect(now.count == models.count && Set(now).isDisjoint(with: first))
                first = now
            }
            for model in models { try engine.expectOrder(of: model) }
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func `the file histories come out of an engine as the expected documents`(kind: NodeKind) async throws {
        let node = try await SearchNode.shared(kind)
        try await Workplace.withFileHistory { place in
            let engine = EnginePlace(place: place, node: node, suffix: SearchNode.freshName(""))
            try FileManager.default.createDirectory(
                at: place.folder.appending(path: "m"),
                withIntermediateDirectories: true
            )
            try engine.writeTarget()
            try place.replace("alias: files", with: "alias: \(engine.alias("files"))", in: "h/files.yaml")
            let told = try await place.refold(["run", "h/rebuild.yaml", "--target", EnginePlace.target])
            #expect(told.status == 0, told.everything)
            let lines = try engine.documents("files")
            let expected = try String(
                contentsOf: place.folder.appending(path: "h/expected.ndjson"),
                encoding: .utf8
            )
            let sources = lines.map { String($0.split(separator: " ", maxSplits: 2)[2]) }
            #expect(sources.sorted() == expected.split(separator: "\n").map(String.init).sorted())
            let embedded = try await place.refold(
                ["run", "h/rebuild.yaml", "--state-dir", "s", "--set", "target.embedded=x.db"]
            )
            #expect(embedded.status == 0, embedded.everything)
            #expect(try place.documents(engine.alias("files"), in: "x.db").sorted() == lines)
            try await engine.witness("files", lines)

            // From another machine: the Target file alone says what serves.
            let runs = try await place.refold(
                ["runs", "--target", EnginePlace.target, "--state-dir=elsewhere", "-ojson"]
            )
            #expect(runs.status == 0, runs.everything)
            #expect(try runs.output.contains(#require(engine.serving("files").first)), runs.everything)
            try engine.clear(["files"])
        }
    }
}

extension EnginePlace {
    /// Whether the witness can be heard here.
    private static let hasWitness: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import opensearchpy"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Lets opensearch-py read the alias back and compare it with these documents.
    func witness(_ readModel: String, _ documents: [String]) async throws {
        guard Self.hasWitness else {
            return try LeftOut.tell("documents read back by opensearch-py (it is not installed)")
        }
        let file = "expected-\(readModel).txt"
        try place.write(documents.joined(separator: "\n") + "\n", to: file)
        let script = fixtures.appending(path: "read-back.py").path
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            ["python3", script, node.url, alias(readModel), file],
            environment: ProcessInfo.processInfo.environment,
            in: place.folder
        )
        let told = try await Workplace.told(process)
        #expect(told.status == 0, told.everything)
        #expect(told.lines == ["\(documents.count) documents equal"], told.everything)
    }
}
