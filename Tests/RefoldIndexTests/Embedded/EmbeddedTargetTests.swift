import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldSQLite
import Testing

/// What holds for the embedded file beyond what every target does.
@Suite struct EmbeddedTargetTests {
    /// Regression: on a full disk there was no room for the journal of the deletion that was to make some.
    @Test func `the journal keeps room for a deletion, and what was deleted counts as free`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let index = try await target.create(.made("clients-v1-a"))
            let source = #"{"k":"\#(String(repeating: "n", count: 900))"}"#
            for part in 0..<5 {
                let documents = (0..<1_000).map { ("\(part)-\($0)", Int64(1), source) }
                _ = try await target.load(batch(documents), into: index)
            }
            let journal = try FileManager.default.attributesOfItem(atPath: folder + "/a.db-journal")
            #expect(journal[.size] as? Int == 512 << 10)
            let before = try #require(await target.probe().freeBytes)
            try await target.delete(index)
            // Others use the disk as well: less than the file gave back is enough.
            #expect(try #require(await target.probe().freeBytes) > before + (2 << 20))
            try await target.close()
        }
    }

    @Test func `each mapped type has its column under its dotted path`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let mappings = #"""
                {"dynamic":false,"properties":{"t":{"type":"text","fields":{"raw":{"type":"keyword"}}},"l":{"type":"long"},
                "d":{"type":"double"},"b":{"type":"boolean"},"on":{"type":"date"},"u":{"type":"unsigned_long"},
                "a":{"properties":{"city":{"type":"keyword","null_value":"none"}}},"x":{"type":"object","enabled":false},
                "f":{"type":"flat_object"},"m":{"type":"nested","properties":{"k":{"type":"keyword"}}}}}
                """#
            let index = try await target.create(.made("clients-v1-a", mappings: mappings))
            let sources = [
                #"{"a":{"city":"Köln \"x\""},"b":"","d":"1.5","f":{"q":1},"l":3.7,"m":[{"k":"v"}],"on":"2026-01-02","t":"Hello","u":18446744073709551615,"x":1,"z":9}"#,
                #"{"a":[{"city":"A"},{"city":["B","C"]}],"b":[true,false],"l":[1,2],"m":{"k":"v"},"on":1767322800000,"t":["a","b"]}"#,
                #"{"a":{"city":null},"b":true,"l":"","m":null,"t":null}"#,
            ]
            let outcomes = try await target.load(
                batch(sources.enumerated().map { ("\($0.offset)", 1, $0.element) }),
                into: index
            )
            #expect(outcomes.map(\.word) == ["indexed", "indexed", "indexed"], "\(outcomes)")
            _ = try await target.settle(index, forceMerge: nil)
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
            try await target.close()
            let rows = try read(
                folder + "/a.db",
                #"SELECT "t", "t.raw", "l", "d", "b", "on", "u", "a.city", "f", "m", typeof("l"), typeof("d") FROM clients ORDER BY _id"#,
                columns: 12
            )
            let first: [String?] = [
                "Hello", "Hello", "3", "1.5", "0", "2026-01-02", "18446744073709551615", #"Köln "x""#,
                #"{"q":1}"#,
                #"[{"k":"v"}]"#, "integer", "real",
            ]
            let second: [String?] = [
                #"["a","b"]"#, #"["a","b"]"#, "[1,2]", nil, "[true,false]", "1767322800000", nil,
                #"["A","B","C"]"#, nil,
                #"{"k":"v"}"#, "text", "null",
            ]
            let third: [String?] = [nil, nil, nil, nil, "1", nil, nil, "none", nil, nil, "null", "null"]
            #expect(rows == [first, second, third])
        }
    }

    @Test(arguments: [
        "CREATE TABLE clients(a)", "CREATE VIEW clients AS SELECT 1", "CREATE TABLE Clients(a)",
    ])
    func `a table or view that is not refold's occupies its name and stays`(sql: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/a.db"
            try execute(path, sql)
            let target = EmbeddedTarget(path: path)
            let index = try await target.create(.made("clients-v1-a"))
            let swap = AliasSwap(alias: "clients", from: nil, to: index)
            #expect(try await target.swap([swap]) == .occupied(alias: "clients"))
            #expect(try await target.describe(prefix: "").occupied.map { $0.lowercased() } == ["clients"])
            await expect(throws: .exists) { try await target.create(.made("clients")) }
            try await target.close()
            let left = try read(
                path,
                "SELECT sql FROM sqlite_master WHERE name = 'clients' COLLATE NOCASE",
                columns: 1
            )
            #expect(left == [[sql]])
        }
    }

    @Test func `a probe and a description leave no file`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            _ = try await target.probe()
            #expect(try await target.describe(prefix: "") == .nothing)
            try await target.delete(IndexIdentity(name: "a", uuid: "b"))
            try await target.close()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test func `the lock file lies beside the database`() {
        #expect(EmbeddedTarget(path: "/data/refold.db").lockPath == "/data/refold.db.lock")
    }

    @Test func `a file that is no database is damaged`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/a.db"
            try Data(repeating: 0x41, count: 4_096).write(to: URL(fileURLWithPath: path))
            let target = EmbeddedTarget(path: path)
            let error = await #expect(throws: IndexError.self) { try await target.probe() }
            #expect(error?.reason == .damaged)
            #expect(error?.place == path)
            #expect(error?.fix != nil)
        }
    }

    @Test func `a missing folder is refused before anything is written`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/no/a.db")
            await expect(throws: .unavailable) { try await target.probe() }
            await expect(throws: .unavailable) { try await target.create(.made("clients-v1-a")) }
        }
    }

    @Test func `a folder that may not be written is not permitted`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
            // Permissions do not bind the superuser. The kernel tells even it that the first of these folders may not be
            // written when it asks, and the second when it makes a file.
            let isSuperuser = geteuid() == 0
            let asked = EmbeddedTarget(path: (isSuperuser ? "/proc/sys" : folder) + "/refold-test.db")
            await expect(throws: .notPermitted) { try await asked.probe() }
            let made = EmbeddedTarget(path: (isSuperuser ? "/sys" : folder) + "/refold-test.db")
            await expect(throws: .notPermitted) { try await made.create(.made("clients-v1-a")) }
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        }
    }

    @Test(arguments: [
        (#"{"properties":{"Name":{"type":"keyword"},"name":{"type":"keyword"}}}"#, "letter case"),
        (
            #"{"properties":{"a":{"properties":{"B":{"type":"long"}}},"A":{"properties":{"b":{"type":"long"}}}}}"#,
            "letter case"
        ),
        (#"{"properties":{"_Source":{"type":"keyword"}}}"#, "letter case"),
        (#"{"properties":{"rank":{"type":"text"}}}"#, "rank"),
        (#"{"properties":{"g":{"type":"geo_point"}}}"#, "geo_point"),
        (#"{"_source":{"enabled":false},"properties":{}}"#, "_source"),
        (#"{"properties":{"a\u0000b":{"type":"long"}}}"#, "bad name"),
        (#"{"properties":{"a":{"type":"long","fields":{"b\u0000c":{"type":"long"}}}}}"#, "bad name"),
        (#"{"properties":{"d":{"type":"date","format":"yyyy'\u0000'"}}}"#, "format"),
    ])
    func `what has no column here is refused by name`(mappings: String, word: String) async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let error = await #expect(throws: IndexError.self) {
                try await target.create(.made("clients-v1-a", mappings: mappings))
            }
            #expect(error?.reason == .refused)
            #expect(error?.message.contains(word) == true)
        }
    }

    @Test func `fields called like SQLite's row numbers are columns like others`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let mappings =
                #"{"properties":{"rowid":{"type":"keyword"},"oid":{"type":"long"},"say \"t\"":{"type":"text"}}}"#
            let index = try await target.create(.made("clients-v1-a", mappings: mappings))
            let writes = [("1", Int64(1), #"{"oid":7,"rowid":"x","say \"t\"":"hello world"}"# as String?)]
            #expect(try await target.load(batch(writes), into: index) == [.indexed])
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await target.hits(of: ["match": ["say \"t\"": "world"]], in: index) == 1)
            #expect(try await target.hits(of: ["term": ["rowid": "x"]], in: index) == 1)
        }
    }

    @Test func `a table that someone dropped is an index that is gone`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/a.db"
            let target = EmbeddedTarget(path: path)
            let index = try await target.create(.made("clients-v1-a"))
            try execute(path, "DROP TABLE \"clients-v1-a\"")
            await expect(throws: .replaced) { try await target.settle(index, forceMerge: nil) }
            let again = try await target.create(.made("clients-v1-a"))
            #expect(again != index)
            #expect(try await target.count(again) == 0)
        }
    }

    @Test func `a reader with SQL alone sees one index through every swap`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/a.db"
            let target = EmbeddedTarget(path: path)
            var indices: [IndexIdentity] = []
            for name in ["clients-v1-a", "clients-v1-b"] {
                let index = try await target.create(.made(name))
                _ = try await target.load(batch([(name, 1, #"{"n":1}"#)]), into: index)
                _ = try await target.settle(index, forceMerge: nil)
                indices.append(index)
            }
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: indices[0])])
            let polling = Task.detached {
                let reader = try Connection(path: path, mode: .readOnly, busyMilliseconds: 5_000)
                var seen: Set<String> = []
                while !Task.isCancelled {
                    try reader.withStatement("SELECT group_concat(_id) FROM clients") {
                        row throws(SQLiteError) in
                        _ = try row.step()
                        seen.insert(row.string(0) ?? "nothing")
                    }
                }
                try reader.close()
                return seen
            }
            for turn in 0..<100 {
                let (from, to) = (indices[turn % 2], indices[(turn + 1) % 2])
                #expect(
                    try await target.swap([AliasSwap(alias: "clients", from: from.name, to: to)]) == .swapped
                )
            }
            polling.cancel()
            #expect(try await polling.value.isSubset(of: ["clients-v1-a", "clients-v1-b"]))
        }
    }

    @Test func `rows larger than a page and more than one part of full text are all found`() async throws {
        try await withTemporaryFolder { folder in
            let target = EmbeddedTarget(path: folder + "/a.db")
            let index = try await target.create(
                .made("clients-v1-a", mappings: #"{"properties":{"t":{"type":"text"}}}"#)
            )
            let long = String(repeating: "word ", count: 10_000)
            _ = try await target.load(batch([("long", 1, #"{"t":"\#(long)"}"#)]), into: index)
            for part in 0..<3 {
                let writes = (0..<7_000).map {
                    ("\(part)-\($0)", Int64(1), #"{"t":"many small"}"# as String?)
                }
                _ = try await target.load(batch(writes), into: index)
            }
            #expect(try await target.settle(index, forceMerge: 1).documents == 21_001)
            #expect(try await target.hits(of: ["match": ["t": "word"]], in: index) == 1)
            #expect(try await target.hits(of: ["match": ["t": "small"]], in: index) == 21_000)
        }
    }

    private func execute(_ path: String, _ sql: String) throws {
        let connection = try Connection(path: path, mode: .create)
        try connection.execute(sql)
        try connection.close()
    }

    private func read(_ path: String, _ sql: String, columns: Int) throws -> [[String?]] {
        let connection = try Connection(path: path, mode: .readOnly)
        return try connection.withStatement(sql) { row throws(SQLiteError) in
            var rows: [[String?]] = []
            while try row.step() { rows.append((0..<columns).map { row.string($0) }) }
            return rows
        }
    }
}
