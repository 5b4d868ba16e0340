import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// A concrete index under the alias's name: refused, or replaced by an alias with its documents kept in a copy.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct AdoptionTests {
    private static let replace = [
        "--set", "cutover.adopt=replace", "--set", "verify.behind=allow", "--set",
        "verify.minimumShareOfPrevious=0",
    ]

    /// An index of somebody else under the alias's name, with two documents, one of them written twice.
    private func occupy(_ engine: EnginePlace) throws -> [String] {
        let name = engine.alias()
        _ = try engine.ask("PUT", "/\(name)", #"{"mappings":{"properties":{"a":{"type":"keyword"}}}}"#)
        for (id, value) in [("1", "x"), ("2", "y"), ("2", "z")] {
            _ = try engine.ask("PUT", "/\(name)/_doc/\(id)?refresh=true", "{\"a\":\"\(value)\"}")
        }
        return try engine.documents(behind: name)
    }

    @Test(arguments: try EnginePlace.kinds())
    func `a concrete index is refused, replaced when asked for, and can be gone back to`(
        kind: NodeKind
    ) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            let before = try occupy(engine)
            #expect(before.count == 2)
            let refused = try await engine.run()
            #expect(refused.status == 14, refused.everything)
            #expect(refused.remarks.contains("cutover.adopt: replace"), refused.everything)

            // Its documents are in no archive: that they would be lost to readers is said first.
            let behind = try await engine.run(["--set", "cutover.adopt=replace"])
            #expect(behind.status == 4, behind.everything)
            #expect(behind.remarks.contains("behind"), behind.everything)
            #expect(try engine.documents(behind: engine.alias()) == before)

            let swapped = try await engine.run(Self.replace)
            #expect(swapped.status == 0, swapped.everything)
            let serving = try engine.serving()
            #expect(serving.count == 1)
            let kept = try engine.indices().filter { !serving.contains($0) }
            #expect(kept.count == 1)
            #expect(try engine.documents(behind: try #require(kept.first)) == before)

            let back = try await engine.place.refold([
                "rollback", engine.alias(), "--target", EnginePlace.target,
            ])
            #expect(back.status == 0, back.everything)
            #expect(try engine.serving() == kept)
        }
    }

    @Test(arguments: try EnginePlace.oneKind())
    func `killed between copy and swap, the same command finishes`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            let before = try occupy(engine)
            // The first is reached behind the copy, the second behind the swap.
            for point in ["cut-over.after-swap", "cut-over.before-marks"] {
                let killed = try await engine.run(Self.replace, failpoint: point)
                #expect(killed.status != 0, killed.everything)
            }
            let finished = try await engine.run(Self.replace)
            #expect(finished.status == 0, finished.everything)
            let serving = try engine.serving()
            let kept = try engine.indices().filter { !serving.contains($0) }
            #expect(kept.count == 1)
            #expect(try engine.documents(behind: try #require(kept.first)) == before)
        }
    }

    @Test(arguments: try EnginePlace.oneKind())
    func `what is written while the index is copied is in the copy`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            _ = try occupy(engine)
            let told = try await engine.run(Self.replace, heldAt: "cut-over.before") {
                _ = try engine.ask("PUT", "/\(engine.alias())/_doc/3?refresh=false", #"{"a":"late"}"#)
            }
            #expect(told.status == 0, told.everything)
            let serving = try engine.serving()
            let kept = try engine.indices().filter { !serving.contains($0) }
            let documents = try engine.documents(behind: try #require(kept.first))
            #expect(documents.contains { $0.hasPrefix("3 1 ") })
        }
    }
}
