import Foundation
import RefoldBytes
import Testing

@testable import RefoldIndex

/// Names and texts that SQL could take for its own.
@Suite struct EmbeddedNameTests {
    @Test func `names that SQLite keeps to itself are refused before anything is written`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            await expect(throws: .refused) { try await target.create(.made("sqlite_master")) }
            let index = try await target.create(.made("clients-v1-a"))
            await expect(throws: .refused) {
                try await target.swap([AliasSwap(alias: "sqlite_clients", from: nil, to: index)])
            }
        }
    }

    @Test(arguments: [
        "\"", "a\"b", "\"\u{301}", "a\"\u{301}, x TEXT); DROP TABLE y; --", "a'b", "];", "tokenize",
        "content=''",
        String(repeating: "n", count: 5_000),
    ])
    func `a field is a column under any name`(field: String) async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let mappings: JSONValue = [
                "properties": .object(JSONObject([(ByteString(field), ["type": "text"] as JSONValue)]))
            ]
            let index = try await target.create(.made("clients-v1-a", mappings: mappings.canonical.string))
            let source = JSONValue.object(JSONObject([(ByteString(field), .text("hello world"))])).canonical
                .string
            #expect(try await target.load(batch([("1", 1, source)]), into: index) == [.indexed])
            _ = try await target.settle(index, forceMerge: nil)
            let query: JSONValue = ["match": .object(JSONObject([(ByteString(field), .text("world"))]))]
            #expect(try await target.hits(of: query, in: index) == 1)
        }
    }

    @Test func `a date format with quotation marks and accents is compared as it is written`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let mappings = #"{"properties":{"d":{"type":"date","format":"yyyy'\u0301x'"}}}"#
            let index = try await target.create(.made("clients-v1-a", mappings: mappings))
            let source = "{\"d\":\"2024\u{301}x\"}"
            #expect(try await target.load(batch([("1", 1, source)]), into: index) == [.indexed])
            _ = try await target.settle(index, forceMerge: nil)
            #expect(
                try await target.hits(of: ["range": ["d": ["gte": .text("2023\u{301}x")]]], in: index) == 1
            )
        }
    }

    @Test func `an alias with an accent at its front, and a name of 200 bytes, swap like others`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            for alias in ["\u{301}clients", String(repeating: "c", count: 200), "a'b;--"] {
                let index = try await target.create(.made("\(alias)-v1-a"))
                #expect(
                    try await target.swap([AliasSwap(alias: alias, from: nil, to: index)]) == .swapped
                )
                #expect(try await target.describe(prefix: alias).aliases == [alias: [index.name]])
            }
        }
    }

    @Test func `a query of thousands of terms is answered`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let index = try await target.create(
                .made("clients-v1-a", mappings: #"{"properties":{"n":{"type":"long"}}}"#)
            )
            _ = try await target.load(batch([("1", 1, #"{"n":2999}"#)]), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            let numbers = JSONValue.array((0..<3000).map { .integer($0) })
            #expect(try await target.hits(of: ["terms": ["n": numbers]], in: index) == 1)
        }
    }
}
