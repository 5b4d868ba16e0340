import Foundation
import RefoldBytes
import RefoldPipeline
import Testing

@Suite struct `The state of the shared examples` {
    @Test(arguments: ["cdc-tricky", "cdc-corners"], [1, 2, 3, 8])
    func `equals what the rules give, byte for byte, at any number of shards`(
        example: String,
        shards: Int
    ) async throws {
        let folder = fixtures.appending(path: example)
        let audit = try await AuditBench().audit(folder.appending(path: "archive"), shards: shards)
        let expected = try Data(contentsOf: folder.appending(path: "expected-state.ndjson"))
        let state = try audit.state
        let differing = zip(textLines(state), textLines(expected)).filter { $0 != $1 }.prefix(3)
        #expect(state == Array(expected), "first differences: \(Array(differing))")
        let rejects = try Data(contentsOf: folder.appending(path: "expected-rejects.ndjson"))
        #expect(textLines(audit.rejects) == textLines(rejects))
        let report = try Data(contentsOf: folder.appending(path: "expected-report.json"))
        #expect(audit.report == (try JSONValue(parsing: ByteString(Array(report)))))
    }

    @Test(arguments: ["cdc-tricky", "cdc-corners"])
    func `is the same when memory is so small that every block spills`(example: String) async throws {
        let folder = fixtures.appending(path: example)
        let audit = try await AuditBench().audit(folder.appending(path: "archive"), shards: 3, memory: 1)
        let state = try audit.state
        #expect(state == Array(try Data(contentsOf: folder.appending(path: "expected-state.ndjson"))))
    }

    @Test(arguments: [[7, 6, 5, 4, 3, 2, 1, 0], [3, 4, 5, 6, 7, 0, 1, 2], [4, 1, 6, 0, 7, 2, 5, 3]])
    func `is the same with the segments renamed into any order, and rejects change their places only`(
        order: [Int]
    ) async throws {
        let folder = fixtures.appending(path: "cdc-tricky")
        let bench = try AuditBench()
        let whole = try await bench.audit(folder.appending(path: "archive"))
        let names = try #require(whole.report["segments"]?.asArray).compactMap(\.asString)
        var renamed: [ByteString: JSONValue] = [:]
        for (place, name) in zip(order, names) {
            let suffix = name.drop { $0 != "." }
            let bytes = try Data(contentsOf: folder.appending(path: "archive/\(name)"))
            try bench.write("\(place)\(suffix)", bytes)
            renamed[ByteString("\(place)\(suffix)")] = .text(name)
        }
        let audit = try await bench.audit(shards: 3)
        let (lines, expected) = (try audit.lines, try whole.lines)
        #expect(lines == expected)
        let places = try audit.rejectValues.map { reject in
            var object = try #require(reject.asObject)
            guard case .string(let segment)? = object["segment"] else { return "no segment" as ByteString }
            object["segment"] = renamed[segment]
            return JSONValue.object(object).canonical
        }
        #expect(try places.sorted() == whole.rejectValues.map(\.canonical).sorted())
        #expect(audit.report["counts"] == whole.report["counts"])
        #expect(audit.report["notes"] == whole.report["notes"])
        #expect(audit.report["entity_marks"] == whole.report["entity_marks"])
    }
}
