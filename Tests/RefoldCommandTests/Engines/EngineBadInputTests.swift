import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// What an engine refuses, lacks or loses: each ends with its status and its words, readers on the index they had.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct EngineBadInputTests {
    /// A run that must end so, and change nothing for readers.
    private func expect(
        _ told: Told,
        _ status: Int32,
        _ words: String...,
        by engine: EnginePlace,
        served before: [String]
    ) throws {
        #expect(told.status == status, told.everything)
        for word in words {
            #expect((told.output + told.remarks).contains(word), "\(word): \(told.everything)")
        }
        #expect(try engine.serving() == before, told.everything)
    }

    @Test func `an engine that nobody serves is given up soon`() async throws {
        try await Workplace.with(events: 30) { place in
            let server = try FaultServer()
            server.close()
            try place.write(
                "apiVersion: refold/v1\nkind: Target\nname: t\nopensearch: { url: \"\(server.url)\" }\n",
                to: EnginePlace.target
            )
            let start = ContinuousClock.now
            let told = try await place.refold(["run", Workplace.job, "--target", EnginePlace.target])
            let took = start.duration(to: .now)
            #expect(told.status == 13, told.everything)
            #expect(told.remarks.contains("[index.unavailable]"), told.everything)
            #expect(told.remarks.contains(server.url), told.everything)
            #expect(took < .seconds(40), "\(took)")
        }
    }

    /// Every place with one kind, every kind with the last place: the swap.
    private static func places() throws -> [(NodeKind, String)] {
        let kinds = try EnginePlace.kinds()
        let places = ["index.after-load", "settle.before", "verify.before"]
        return kinds.prefix(1).flatMap { kind in places.map { (kind, $0) } }
            + kinds.map { ($0, "cut-over.before") }
    }

    @Test(arguments: try places())
    func `an index that is deleted under the run and made again by someone else is never swapped in`(
        kind: NodeKind,
        point: String
    ) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let documents = try engine.documents()
            let told = try await engine.run(heldAt: point) {
                let made = try #require(try engine.indices().first { !before.contains($0) })
                let definition = try engine.ask("GET", "/\(made)")[ByteString(made)]
                _ = try engine.ask("DELETE", "/\(made)")
                let mappings = try #require(definition?["mappings"]).canonical.string
                _ = try engine.ask("PUT", "/\(made)", #"{"mappings":\#(mappings)}"#)
            }
            try expect(told, 14, "made again by someone else", by: engine, served: before)
            #expect(try engine.documents() == documents)
            // What the message advises must work.
            let next = try await engine.run(["--fresh"])
            #expect(next.status == 0, next.everything)
            #expect(try engine.documents() == documents)
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func `an index that is deleted under the run and not made again is missed`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let told = try await engine.run(heldAt: "settle.before") {
                let made = try #require(try engine.indices().first { !before.contains($0) })
                _ = try engine.ask("DELETE", "/\(made)")
            }
            try expect(told, 14, "is not there any more", by: engine, served: before)
            let next = try await engine.run(["--fresh"])
            #expect(next.status == 0, next.everything)
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func `a definition that the engine refuses ends with the engine's reason`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let place = engine.place
            try place.replace("version: 1 ", with: "version: 2 ", in: "m/clients.yaml")
            let description = "description: { type: text }"
            try place.replace(
                description,
                with: "description: { type: text, analyzer: none_such }",
                in: "m/clients.yaml"
            )
            try expect(try await engine.run(), 64, "none_such", "refuses", by: engine, served: before)
            try place.replace(", analyzer: none_such", with: "", in: "m/clients.yaml")
            try place.replace(
                "number_of_shards: 1,",
                with: "number_of_shards: 1, none_such: 1,",
                in: "m/clients.yaml"
            )
            try expect(try await engine.run(), 64, "none_such", "refuses", by: engine, served: before)
            #expect(try engine.indices() == before)
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func
        `a disk over its flood stage stops the run with the block's name, and without it the same command goes on`(
            kind: NodeKind
        ) async throws
    {
        try await EnginePlace.with(kind, events: 300) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let documents = try engine.documents()
            for (point, block) in [
                ("index.before-load", "index.blocks.write"),
                ("index.before-load", "index.blocks.read_only_allow_delete"),
                // Loaded by then: a later one would find nothing to load.
                ("settle.before", "index.blocks.read_only_allow_delete"),
            ] {
                var made = ""
                let told = try await engine.run(heldAt: point) {
                    made = try #require(try engine.indices().first { !before.contains($0) })
                    _ = try engine.ask("PUT", "/\(made)/_settings", #"{"\#(block)":true}"#)
                }
                try expect(told, 13, "[index.full]", "cluster_block_exception", by: engine, served: before)
                _ = try engine.ask("PUT", "/\(made)/_settings", #"{"\#(block)":null}"#)
            }
            let next = try await engine.run()
            #expect(next.status == 0, next.everything)
            #expect(try engine.documents() == documents)
            try engine.expectOrder()
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func `a concrete index under the alias's name is not touched`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            _ = try engine.ask("PUT", "/\(engine.alias())/_doc/1?refresh=true", #"{"old":true}"#)
            let told = try await engine.run()
            try expect(told, 14, "occupied", engine.alias(), by: engine, served: [])
            #expect(try engine.documents(behind: engine.alias()) == [#"1 1 {"old":true}"#])
            #expect(try engine.indices() == [engine.alias()])

            // It comes to be while the run is under way.
            _ = try engine.ask("DELETE", "/\(engine.alias())")
            let late = try await engine.run(heldAt: "cut-over.before") {
                _ = try engine.ask("PUT", "/\(engine.alias())/_doc/1?refresh=true", #"{"old":true}"#)
            }
            try expect(late, 14, "occupied", engine.alias(), by: engine, served: [])
            #expect(try engine.documents(behind: engine.alias()) == [#"1 1 {"old":true}"#])
        }
    }

    @Test(arguments: try EnginePlace.kinds())
    func `an alias that someone else moved under the run stays where it is`(kind: NodeKind) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let other = "other\(engine.suffix)"
            _ = try engine.ask("PUT", "/\(other)/_doc/1?refresh=true", #"{"old":true}"#)
            let told = try await engine.run(heldAt: "cut-over.before") {
                let (old, alias) = (before[0], engine.alias())
                let remove = #"{"remove":{"index":"\#(old)","alias":"\#(alias)"}}"#
                let add = #"{"add":{"index":"\#(other)","alias":"\#(alias)"}}"#
                _ = try engine.ask("POST", "/_aliases", #"{"actions":[\#(remove),\#(add)]}"#)
            }
            #expect(told.status == 14, told.everything)
            #expect((told.output + told.remarks).contains(other), told.everything)
            #expect(try engine.documents().count == 1)
            _ = try engine.ask("DELETE", "/\(other)")
        }
    }
}
