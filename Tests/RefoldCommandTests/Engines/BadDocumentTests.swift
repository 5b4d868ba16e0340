import Foundation
import RefoldBytes
import RefoldTestKit
import Testing

/// One document that an engine takes from nobody, among many that it takes.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct BadDocumentTests {
    /// What is wrong with it.
    enum Fault: String, CaseIterable {
        case badType, longKeyword, longID, wrongNesting

        /// Its event.
        var line: String {
            switch self {
            case .badType: BadDocumentTests.event("bad", #""number":"many""#)
            case .longKeyword:
                BadDocumentTests.event("bad", #""word":"\#(String(repeating: "w", count: 32_767))""#)
            case .longID:
                BadDocumentTests.event(String(repeating: "i", count: 513), #""word":"w""#)
            case .wrongNesting: BadDocumentTests.event("bad", #""place":"no object""#)
            }
        }
        /// The word of its reject.
        var why: String { self == .longID ? "id_too_long" : "mapping_refused" }
        /// The field to blame.
        var field: String? {
            switch self {
            case .badType: "number"
            case .longKeyword: "word"
            case .longID: nil
            case .wrongNesting: "place"
            }
        }
    }

    private static func event(_ id: String, _ data: String) -> String {
        #"{"stream":"\#(id)","position":1,"type":"Made","at":"2026-01-01T00:00:00Z","data":{\#(data)}}"#
    }

    /// The first kind has them all among many, the others among fewer: what the engine says is what may differ.
    private static func cases() throws -> [(NodeKind, Int)] {
        try EnginePlace.kinds().enumerated().map { ($1, $0 == 0 ? 50_000 : 2_000) }
    }

    /// A job over so many good documents; the bad ones are put in beside them.
    private func with(_ kind: NodeKind, _ count: Int, _ body: (EnginePlace) async throws -> Void) async throws {
        let node = try await SearchNode.shared(kind)
        try await withTemporaryFolder { folder in
            let engine = EnginePlace(
                place: Workplace(folder: folder),
                node: node,
                suffix: SearchNode.freshName("")
            )
            for name in ["a", "m"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name),
                    withIntermediateDirectories: true
                )
            }
            var lines = ""
            for number in 0..<count - 1 {
                let data = #""number":\#(number),"word":"w\#(number % 7)","place":{"name":"p"}"#
                lines += Self.event("d\(number)", data) + "\n"
            }
            try engine.place.write(lines, to: "a/1.jsonl")
            let model = """
                apiVersion: refold/v1
                kind: ReadModel
                name: things
                version: 1
                events: { format: fields, entity: Thing, id: stream, position: position, type: type, time: at, payload: data }
                aggregate: { fold: ordered, apply: { Made: { set: { number: number, word: word, place: place } } } }
                document: { fields: "*" }
                index:
                  alias: \(engine.alias("things"))
                  settings: { number_of_shards: 1, number_of_replicas: 1 }
                  mappings:
                    dynamic: strict
                    properties:
                      number: { type: long }
                      word: { type: keyword }
                      place: { properties: { name: { type: keyword } } }
                """
            try engine.place.write(model + "\n", to: "m/things.yaml")
            try engine.place.writeJob(
                readModels: ["things"],
                more: "rejects: { accepted: accepted.ndjson }\nverify: { minimumShareOfPrevious: 0.5 }"
            )
            try engine.writeTarget()
            try await body(engine)
            try engine.clear(["things"])
        }
    }

    @Test(arguments: try cases())
    func `one bad document is a reject with its reason, all others are indexed, and accepted it stops nothing`(
        kind: NodeKind,
        count: Int
    ) async throws {
        try await with(kind, count) { engine in
            // What readers have before: a part.
            try engine.place.move("a/1.jsonl", to: "later")
            try engine.place.write(Self.event("d0", #""number":0"#) + "\n", to: "a/0.jsonl")
            let first = try await engine.run()
            #expect(first.status == 0, first.everything)
            try engine.place.remove("a/0.jsonl")
            try engine.place.move("later", to: "a/1.jsonl")
            for fault in Fault.allCases { try await check(fault, among: count, engine) }
        }
    }

    private func check(_ fault: Fault, among count: Int, _ engine: EnginePlace) async throws {
        let place = engine.place
        try place.write(fault.line + "\n", to: "a/2.jsonl")
        let before = try engine.serving("things")
        let told = try await engine.run()
        #expect(told.status == 3, "\(fault): \(told.everything)")
        #expect(
            told.lines.contains(
                "documents \(grouped(count)) = indexed \(grouped(count - 1)) + superseded 0 + deleted 0 + rejected 1 closes"
            ),
            "\(fault): \(told.everything)"
        )
        #expect(try engine.serving("things") == before, "\(fault): readers stay")
        let made = try #require(try engine.indices("things").first { !before.contains($0) && told.output.contains($0) })
        #expect(try engine.ask("GET", "/\(made)/_count")["count"]?.asInt64 == Int64(count - 1), "\(fault)")

        let list = try await place.refold(["rejects", "list", Workplace.job, "-ojson"])
        let rows = try list.rows
        #expect(rows.count == 1, "\(fault): \(list.everything)")
        #expect(rows.first?["why"]?.asString == fault.why, "\(fault): \(list.everything)")
        #expect(rows.first?["field"]?.asString == fault.field, "\(fault): \(list.everything)")
        #expect(rows.first?["detail"]?.asString?.isEmpty == false, "\(fault): \(list.everything)")

        let accept = ["rejects", "accept", Workplace.job, "--note=known", "--target", EnginePlace.target]
        let accepted = try await place.refold(accept)
        #expect(accepted.status == 0, "\(fault): \(accepted.everything)")
        let next = try await engine.run()
        #expect(next.status == 0, "\(fault): \(next.everything)")
        #expect(try engine.serving("things") == [made], "\(fault): it goes on with what was indexed")
    }
}
