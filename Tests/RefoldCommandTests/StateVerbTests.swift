import Foundation
import RefoldBytes
import RefoldCommand
import Testing

private let shared = fixtures.deletingLastPathComponent()
private let tricky = shared.appending(path: "cdc-tricky")

/// A change of an account, one line of an archive.
private func change(_ kind: String, _ id: String, at timestamp: Int, _ fields: String = "") -> String {
    "{\"payload\":{\"ChangeEventHeader\":{\"entityName\":\"Account\",\"recordIds\":[\"\(id)\"],"
        + "\"changeType\":\"\(kind)\",\"commitTimestamp\":\(timestamp),\"transactionKey\":\"t\(timestamp)\"}"
        + "\(fields)}}\n"
}

/// Writes an archive of two accounts into a folder, with a line that is none.
private func writeAccounts(into folder: URL) throws {
    let archive = folder.appending(path: "a")
    try FileManager.default.createDirectory(at: archive, withIntermediateDirectories: true)
    let first =
        change("CREATE", "0015f00002J9YYEAA3", at: 1000, ",\"Name\":\"Acme\"")
        + change("UPDATE", "0015f00002J9YYE", at: 3000, ",\"Name\":\"Acme 2\"") + "no json\n"
    let second =
        change("CREATE", "0015f00002J9YYFAA3", at: 2000)
        + change("UPDATE", "0015f00002J9YYEAA3", at: 3000, ",\"Name\":\"Acme 2\"")
    try first.write(to: archive.appending(path: "1.jsonl"), atomically: true, encoding: .utf8)
    try second.write(to: archive.appending(path: "2.jsonl"), atomically: true, encoding: .utf8)
}

@Suite struct StateVerbTests {
    @Test(arguments: ["cdc-tricky", "cdc-corners"], ["1", "3"])
    func `state of all writes state, rejects and report as the shared examples expect them`(
        example: String,
        shards: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let example = shared.appending(path: example)
            let console = await Console(
                [
                    "state", "--all", example.path + "/archive", "--rejects", "r", "--report=p", "--shards",
                    shards,
                ],
                environment: ["TMPDIR": folder.path],
                in: folder.path
            )
            #expect(console.status == 0)
            func expected(_ name: String) throws -> Data {
                try Data(contentsOf: example.appending(path: "expected-\(name)"))
            }
            #expect(Data(console.output.utf8) == (try expected("state.ndjson")))
            #expect(try Data(contentsOf: folder.appending(path: "r")) == expected("rejects.ndjson"))
            #expect(try Data(contentsOf: folder.appending(path: "p")) == expected("report.json"))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.sorted() == ["p", "r"], "the work folder is gone")
        }
    }

    @Test func `state of all is the same with a budget so small that all is spilled`() async throws {
        let console = await Console([
            "state", "--all", tricky.path + "/archive", "--memory", "1B", "-o", "json",
        ])
        #expect(
            Data(console.output.utf8)
                == (try Data(contentsOf: tricky.appending(path: "expected-state.ndjson")))
        )
        #expect(console.remarks.contains("\n28 lines or ids were set aside; `--rejects FILE` lists them\n"))
    }

    @Test(arguments: ["Account#0015f00002J9YYEAA3", "Account/0015f00002J9YYE"])
    func `state of a key is the line that state of all has for it`(key: String) async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let all = await Console(["state", "--all", "a"], in: folder.path)
            let one = await Console(["state", "a", key], in: folder.path)
            #expect(one.status == 0)
            #expect(one.output == all.output.prefix { $0 != "\n" } + "\n")
            #expect(one.output.contains("\"duplicates\":1,"))
            #expect(one.remarks.contains("\n1 line or id was set aside\n"))
        }
    }

    @Test func `state as of a time knows nothing later, and counts what it cut`() async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let console = await Console(
                ["state", "--all", "a", "--as-of", "1970-01-01T00:00:01.500Z", "--report", "p"],
                in: folder.path
            )
            #expect(console.output.split(separator: "\n").count == 1)
            #expect(console.output.contains("\"fields\":{\"Name\":\"Acme\"}"))
            let report = try JSONValue(
                parsing: ByteString([UInt8](Data(contentsOf: folder.appending(path: "p"))))
            )
            #expect(report["counts"]?["cut"] == 3)
            #expect(report["counts"]?["record_events"] == 1)
            let later = await Console(
                ["state", "a", "Account/0015f00002J9YYFAA3", "--as-of=1970-01-01T00:00:01.500Z"],
                in: folder.path
            )
            #expect(later.status == 64)
        }
    }

    @Test(
        arguments: [
            (["a"], "`state` needs KEY, or `--all`"),
            (["a", "Account/0015f00002J9YYEAA3", "--all"], "`--all` and KEY exclude each other"),
            (["a", "Account/0015f00002J9YYEAA3", "--report", "p"], "`--report` needs `--all`"),
            (["a", "Account"], "`Account` is no key of an aggregate"),
            (["a", "Account/"], "`Account/` is no key of an aggregate"),
            (["a", "Account/short"], "a Salesforce id has 15 or 18 characters"),
            (["a", "Account/000000000000000AAA"], "this id speaks of a whole entity"),
            (
                ["a", "Account/0015f00002J9YYZAA3"],
                "4 record ids of Account were read, none of them is this one"
            ),
            (["a", "account/0015f00002J9YYEAA3"], "it has events of Account"),
            (["--all", "a", "--memory", "2 GB"], "`--memory` cannot be `2 GB`"),
            (["--all", "a", "--as-of", "now"], "`--as-of` cannot be `now`"),
        ] as [([String], String)]
    )
    func `state tells wrong words apart, and prints nothing`(words: [String], message: String) async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let console = await Console(["state"] + words, in: folder.path)
            #expect(console.status == 64)
            #expect(console.remarks.contains(message), "\(console.remarks)")
            #expect(console.output.isEmpty)
        }
    }

    @Test func `state of a damaged archive is refused whole, and with salvage tells what it left out`()
        async throws
    {
        try await withTemporaryFolder { folder in
            _ = await Console(
                ["archive", "generate", "a", "--events", "400", "--segments=2"],
                in: folder.path
            )
            let file = folder.appending(path: "a/events-000001.jsonl.zst")
            var bytes = try Data(contentsOf: file)
            bytes[bytes.count / 2] ^= 0x10
            try bytes.write(to: file)
            // What a catalog says of a file it checks; here the frames alone are to speak.
            try FileManager.default.removeItem(at: folder.appending(path: "a/catalog.json"))
            let refused = await Console(["state", "--all", "a", "--rejects", "r"], in: folder.path)
            #expect(refused.status == 10)
            #expect(refused.output.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "r").path))
            let salvaged = await Console(
                ["state", "--all", "a", "--salvage", "--report", "p"],
                in: folder.path
            )
            #expect(salvaged.status == 0)
            #expect(!salvaged.output.isEmpty)
            #expect(salvaged.remarks.contains("salvage: events-000001.jsonl.zst: frame "))
            let report = try JSONValue(
                parsing: ByteString([UInt8](Data(contentsOf: folder.appending(path: "p"))))
            )
            let bad = try #require(report["bad_segments"]?.asArray)
            #expect(bad.map { $0["segment"] } == ["events-000001.jsonl.zst"])
            #expect(bad.first?["frame"]?.asInt64 != nil)
            #expect(bad.first?["offset"]?.asInt64 != nil)
        }
    }

    @Test func `state finds a file that cannot be written before it reads the archive`() async {
        let console = await Console(["state", "--all", "/nowhere", "--rejects", "/nowhere/r"])
        #expect(console.status == 12)
        #expect(console.remarks.contains("/nowhere/r cannot be written"))
    }

    @Test func `state by a read model is what that read model folds`() async throws {
        let files = shared.appending(path: "file-history")
        let words = ["--read-model", files.path + "/files.yaml"]
        let all = await Console(["state", "--all", files.path + "/archive"] + words)
        #expect(all.status == 0, "\(all.remarks)")
        let lines = all.output.split(separator: "\n")
        let first = try #require(lines.first)
        let state = try JSONValue(parsing: ByteString(String(first)))
        #expect(
            state.asObject?.members.map(\.name.string)
                == ["entity", "fields", "id", "key", "position", "state", "time", "type", "version"]
        )
        let key = try #require(state["key"]?.asString)
        for typed in [key, key.replacing("#", with: "/", maxReplacements: 1)] {
            let one = await Console(["state", files.path + "/archive", typed] + words)
            #expect(one.output == first + "\n")
        }
        let other = await Console(["state", files.path + "/archive", "File/nowhere"] + words)
        #expect(other.status == 64)
        #expect(other.remarks.contains("the archive has no event of File/nowhere"))
    }

    @Test func `a reader that closes the pipe is no error`() async {
        let closed = MemorySink(failing: CommandError(.outputClosed, "the reader of the output is gone"))
        let console = await Console(
            ["state", "--all", tricky.path + "/archive", "--no-progress"],
            stdout: closed
        )
        #expect(console.status == 0)
        #expect(!console.remarks.contains("error"))
    }
}

@Suite struct EventsVerbTests {
    @Test func `events are told in order, copies behind their event`() async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let console = await Console(
                ["events", "a", "Account/0015f00002J9YYE", "--no-progress"],
                in: folder.path
            )
            #expect(console.status == 0)
            #expect(
                console.output == """
                    TIME                      TYPE           SEGMENT  LINE  CHANGED
                    1970-01-01T00:00:01.000Z  CREATE         1.jsonl     1  Name
                    1970-01-01T00:00:03.000Z  UPDATE         1.jsonl     2  Name
                    1970-01-01T00:00:03.000Z  UPDATE (copy)  2.jsonl     2  Name

                    """
            )
            #expect(console.remarks == "1 line or id was set aside\n")
        }
    }

    @Test func `events in JSON are one object a line, with place, order and body`() async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let console = await Console(
                [
                    "events", "a", "Account/0015f00002J9YYEAA3", "-o", "json", "--as-of",
                    "1970-01-01T00:00:02Z",
                ],
                in: folder.path
            )
            #expect(
                console.output == #"""
                    {"body":{"Name":"Acme"},"copy":false,"entity":"Account","id":"0015f00002J9YYEAA3",\#
                    "key":"Account#0015f00002J9YYEAA3","line":1,"order":{"commitNumber":0,"commitTimestamp":1000,\#
                    "sequenceNumber":0,"transactionKey":"t1000"},"segment":"1.jsonl","time":1000,"type":"CREATE"}

                    """#
            )
        }
    }

    @Test(arguments: ["cdc-tricky", "cdc-corners"])
    func `events are as many as the state says were applied, ignored and duplicates`(
        example: String
    ) async throws {
        let archive = shared.appending(path: example).path + "/archive"
        let states = await Console(["state", "--all", archive]).output.split(separator: "\n")
        for line in stride(from: 0, to: states.count, by: states.count / 6).map({ states[$0] }) {
            let state = try JSONValue(parsing: ByteString(String(line)))
            func count(_ name: ByteString) -> Int64 { state[name]?.asInt64 ?? -1 }
            let key = try #require(state["key"]?.asString)
            let events = await Console(["events", archive, key, "--output=json"]).output.split(
                separator: "\n"
            )
            let copies = events.count { $0.contains(",\"copy\":true,\"entity\"") }
            #expect(
                Int64(events.count) == count("applied") + count("ignored") + count("duplicates"),
                "\(key)"
            )
            #expect(Int64(copies) == count("duplicates"), "\(key)")
            #expect(
                events.last?.contains("\"commitTimestamp\":\(count("version") / 1000),") == true,
                "\(key)"
            )
        }
    }

    @Test func `events of another format go by its read model`() async throws {
        try await withTemporaryFolder { folder in
            let manifest = """
                apiVersion: refold/v1
                kind: ReadModel
                name: orders
                version: 1
                events: { format: cloudevents, entity: Order }
                aggregate: { fold: ordered, apply: { placed: { set: { total: total } } } }
                document: { fields: "*" }
                index: { alias: orders, mappings: { properties: { total: { type: long } } } }
                """
            func event(_ id: String, _ sequence: Int, _ total: Int) -> String {
                "{\"source\":\"s\",\"id\":\"\(id)\",\"subject\":\"o/1\",\"type\":\"placed\",\"time\":\"2026-01-01\","
                    + "\"sequence\":\(sequence),\"data\":{\"total\":\(total)}}\n"
            }
            // Copies of one event at other positions: the byte-wise smaller line counts, where it stands.
            let text = event("a", 3, 3) + event("b", 2, 2) + event("a", 1, 1)
            try FileManager.default.createDirectory(
                at: folder.appending(path: "a"),
                withIntermediateDirectories: true
            )
            try text.write(to: folder.appending(path: "a/1.jsonl"), atomically: true, encoding: .utf8)
            try manifest.write(to: folder.appending(path: "m.yaml"), atomically: true, encoding: .utf8)
            let words = ["a", "Order/o/1", "--read-model", "m.yaml"]
            let table = await Console(["events"] + words, in: folder.path)
            #expect(table.status == 0, "\(table.remarks)")
            let rows = table.output.split(separator: "\n").dropFirst().map { row in
                row.split(separator: " ").joined(separator: " ")
            }
            #expect(
                rows == [
                    "2026-01-01 placed 1.jsonl 3 total", "2026-01-01 placed (copy) 1.jsonl 1 total",
                    "2026-01-01 placed 1.jsonl 2 total",
                ]
            )
            let json = await Console(["events"] + words + ["-o", "json"], in: folder.path)
            let parsed = try json.output.split(separator: "\n").map {
                try JSONValue(parsing: ByteString(String($0)))
            }
            #expect(parsed.map { $0["position"]?.asInt64 } == [1, 3, 2])
            let state = await Console(["state"] + words, in: folder.path)
            #expect(state.output.contains("\"fields\":{\"total\":2}"))
        }
    }

    @Test func `events need a key that the archive has`() async throws {
        try await withTemporaryFolder { folder in
            try writeAccounts(into: folder)
            let missing = await Console(["events", "a"], in: folder.path)
            #expect(missing.status == 64)
            let unknown = await Console(["events", "a", "Contact/0015f00002J9YYEAA3"], in: folder.path)
            #expect(unknown.status == 64)
            #expect(unknown.remarks.contains("the archive has no event of Contact/0015f00002J9YYEAA3"))
            let nowhere = await Console(["events", "nowhere", "Contact/0015f00002J9YYEAA3"], in: folder.path)
            #expect(nowhere.status == 10)
        }
    }
}
