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
            case .badType: EnginePlace.event(rawValue, #""number":"many""#)
            case .longKeyword:
                EnginePlace.event(rawValue, #""word":"\#(String(repeating: "w", count: 32_767))""#)
            case .longID:
                EnginePlace.event(String(repeating: "i", count: 513), #""word":"w""#)
            case .wrongNesting: EnginePlace.event(rawValue, #""place":"no object""#)
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

    /// The first kind has them all among many, the others among fewer: what the engine says is what may differ.
    private static func cases() throws -> [(NodeKind, Int)] {
        try EnginePlace.kinds().enumerated().map { ($1, $0 == 0 ? 50_000 : 2_000) }
    }

    @Test(arguments: try cases())
    func
        `one bad document is a reject with its reason, all others are indexed, and accepted it stops nothing`(
            kind: NodeKind,
            count: Int
        ) async throws
    {
        let good = (0..<count - 1).map { number in
            EnginePlace.event(
                "d\(number)",
                #""number":\#(number),"word":"w\#(number % 7)","place":{"name":"p"}"#
            )
        }
        let more = "rejects: { accepted: accepted.ndjson }\nverify: { minimumShareOfPrevious: 0.5 }"
        try await EnginePlace.withThings(try await SearchNode.shared(kind), good, more: more) { engine in
            // What readers have before: a part.
            try engine.place.move("a/1.jsonl", to: "later")
            try engine.place.write(EnginePlace.event("d0", #""number":0"#) + "\n", to: "a/0.jsonl")
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
        let made = try #require(
            try engine.indices("things").first { !before.contains($0) && told.output.contains($0) }
        )
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
