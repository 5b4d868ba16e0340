import Foundation
import RefoldBytes
import RefoldPipeline
import Testing

/// Change events as public documents print them.
@Suite struct `Documented events` {
    @Test func `each give the rejects, marks and states that the rules give`() async throws {
        guard let samples = try SharedData.samples() else { return }
        let expected = try textLines(Data(contentsOf: samples.appending(path: "expected.ndjson")))
        #expect(expected.count > 30)
        for line in expected {
            let sample = try JSONValue(parsing: ByteString(line))
            let name = try #require(sample["file"]?.asString)
            let bench = try AuditBench()
            let text = try Data(contentsOf: samples.appending(path: name))
            try bench.write("one.jsonl", SharedData.oneLine(text) + "\n".utf8)
            let audit = try await bench.audit()
            let states = try #require(sample["states"]?.asArray).map(\.canonical)
            let lines = try audit.lines.sorted()
            #expect(lines == states.sorted(), "\(name)")
            #expect(try audit.rejectValues.map { $0["why"] } == sample["rejects"]?.asArray, "\(name)")
            let marks = audit.report["entity_marks"]?.asObject?.members.map { entity, marks in
                (entity, JSONValue.array((marks.asArray ?? []).map { $0["recordId"] ?? .null }))
            }
            #expect(JSONValue.object(JSONObject(marks ?? [])) == sample["marks"], "\(name)")
        }
    }

    @Test func `that change a long text give the text of the documented hash`() async throws {
        guard let samples = try SharedData.samples() else { return }
        let bench = try AuditBench()
        let update = try Data(contentsOf: samples.appending(path: "sf15_update_diff_bitmap.json"))
        let create = try Data(contentsOf: samples.appending(path: "sf14_create_long_text.json"))
        try bench.write("one.jsonl", SharedData.oneLine(create) + "\n".utf8 + SharedData.oneLine(update))
        let diff = try #require(JSONValue(parsing: ByteString(Array(update)))["Description"]?.asString)
        let hash = try #require(diff.split(separator: "\n").dropFirst().first?.dropFirst(4))
        let audit = try await bench.audit()
        let lines = try audit.lines
        let state = try JSONValue(parsing: #require(lines.first))
        guard case .string(let text)? = state["fields"]?["Description"] else {
            Issue.record("no text in \(state.canonical)")
            return
        }
        #expect(SHA256.digest(of: text.bytes).hex == String(hash))
        #expect(state["dirty"] == [])
        #expect(lines.count == 1)
    }
}
