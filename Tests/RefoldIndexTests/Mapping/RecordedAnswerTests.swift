import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel
import Testing

/// Holds the embedded target to what real nodes answered (the recorded exchanges in the fixtures).
@Suite struct RecordedAnswerTests {
    /// Bulk requests that OpenSearch 2.19 answered item by item for reasons of the document alone, in their order.
    private static let cases = [
        "new document, external version", "same version again, external_gte", "lower version, external_gte",
        "version 0", "version 2^63-1", "delete, newer version", "older index after a versioned delete",
        "delete of a missing document", "unknown field, bad integer, good", "keyword over 32766 bytes",
        "object where a keyword is mapped", "object where a number is mapped",
        "scalar where an object is mapped",
        "long out of range", "long with a fraction", "date with a space", "date +0000",
        "number in a string, date without milliseconds, with six digits", "21 arrays deep",
        "broken JSON between two good ones", "key twice in a document", "id of 512 bytes", "empty id",
    ]

    @Test func `documents are taken and refused as OpenSearch did`() async throws {
        let rows = try recordedRows("search-exchanges.ndjson").filter {
            $0["node"]?.asString == "opensearch-2.19"
        }
        let creation = try #require(rows.first { $0["case"]?.asString == "create index" })
        let body = try #require(creation["body"])
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let index = try await target.create(
                IndexSpecification(
                    name: "a-v1",
                    settings: try #require(body["settings"]?.asObject),
                    mappings: try #require(body["mappings"]?.asObject),
                    mark: .made(by: "run-1")
                )
            )
            for name in RecordedAnswerTests.cases {
                let row = try #require(rows.first { $0["case"]?.asString == name }, "\(name)")
                let outcomes = try await target.load(try self.batch(of: row), into: index)
                let expected = try #require(row["expected"]?["items"]?.asArray)
                #expect(
                    outcomes.map { word(of: $0) }
                        == expected.map { $0 == "absent" ? "deleted" : $0.asString ?? "" },
                    "\(name): \(outcomes)"
                )
            }
        }
    }

    @Test func `a text of a flat object over a term's length is refused as OpenSearch did`() async throws {
        let rows = try recordedRows("search-exchanges.ndjson").filter {
            $0["node"]?.asString == "opensearch-2.19"
        }
        let creation = try #require(rows.first { $0["case"]?.asString == "create index, flat_object" })
        let row = try #require(rows.first { $0["case"]?.asString == "flat_object value over 32766 bytes" })
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let index = try await target.create(
                IndexSpecification(
                    name: "flat",
                    settings: [:],
                    mappings: try #require(creation["body"]?["mappings"]?.asObject),
                    mark: .made(by: "run-1")
                )
            )
            let outcomes = try await target.load(try self.batch(of: row), into: index)
            #expect(outcomes.map { word(of: $0) } == ["reject"])
        }
    }

    /// Types and parts that the nodes know and the embedded target has no column for; MANIFESTS names the ones it has.
    private static let withoutColumn: Set<String> = ["constant_keyword", "geo_point"]
    private static let withoutPart: Set<ByteString> = ["_source"]

    @Test func `every definition that the nodes took is taken, or named as having no column`() async throws {
        for row in try recordedRows("mapping-changes.ndjson") {
            for side in ["from", "to"] as [ByteString] {
                let mappings = try #require(row[side]?.asObject)
                // The `to` side is laid over `from` by the nodes: alone it may point at fields that it leaves out.
                if side == "to", row["change"]?.asString?.contains("alias") == true { continue }
                try await withTemporaryFolder { folder in
                    let target = EmbeddedTarget(path: folder + "/a.db")
                    let specification = IndexSpecification(
                        name: "a",
                        settings: [:],
                        mappings: mappings,
                        mark: .made(by: "run-1")
                    )
                    let isKnown =
                        !mappings.members.contains { RecordedAnswerTests.withoutPart.contains($0.name) }
                        && !(mappings["properties"]?.asObject?.members ?? []).contains {
                            RecordedAnswerTests.withoutColumn.contains($0.value["type"]?.asString ?? "")
                        }
                    if isKnown {
                        _ = try await target.create(specification)
                    } else {
                        await expect(throws: .refused) { try await target.create(specification) }
                    }
                    try await target.close()
                }
            }
        }
    }

    private func word(of outcome: ItemOutcome) -> String {
        switch outcome {
        case .indexed: "written"
        case .deleted: "deleted"
        case .superseded: "superseded"
        case .rejected: "reject"
        }
    }

    /// The items of a recorded body; one without a version has the greatest that still leaves room for later ones.
    private func batch(of row: JSONValue) throws -> DocumentBatch {
        let lines = try #require(row["body"]?.asString).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        var batch = DocumentBatch()
        var place = 0
        while place < lines.count, !lines[place].isEmpty {
            let action = try JSONValue(parsing: ByteString(String(lines[place])))
            place += 1
            if let deletion = action["delete"] {
                let id = try #require(deletion["_id"]?.asString)
                batch.appendDeletion(id: Array(id.utf8), version: deletion["version"]?.asInt64 ?? 10)
            } else {
                let index = try #require(action["index"])
                let id = try #require(index["_id"]?.asString)
                batch.append(
                    id: Array(id.utf8),
                    version: index["version"]?.asInt64 ?? 10,
                    source: Array(lines[place].utf8)
                )
                place += 1
            }
        }
        return batch
    }
}
