import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel
import Testing

/// The bulk body on disk.
@Suite struct FileTargetTests {
    private let name = "clients-v3-20261123t021500z-9f3c"

    @Test(arguments: ["out.ndjson", "out.ndjson.zst"])
    func `read models of one run are pairs of lines in one file`(file: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/" + file
            let target = FileTarget(path: path)
            #expect(try await target.probe().hasAliases == false)
            let clients = try await target.create(.made(name))
            let projects = try await target.create(.made("projects-v1-20261123t021500z-77ab"))
            #expect(
                try await target.load(
                    batch([("b", 2, #"{"n":1}"#), ("a", 1, "{}"), ("x", 1, nil)]),
                    into: clients
                )
                    == [.indexed, .indexed, .deleted]
            )
            #expect(try await target.load(batch([("q\"", 3, #"{"k":"é"}"#)]), into: projects) == [.indexed])
            #expect(try await target.settle(clients, forceMerge: nil).documents == 2)
            #expect(!FileManager.default.fileExists(atPath: path), "one index is not settled yet")
            #expect(try await target.settle(projects, forceMerge: nil).documents == 1)
            #expect(try await target.settle(projects, forceMerge: nil).documents == 1)
            #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
            #expect(
                try await target.readBack(clients, after: nil, limit: 10, withSource: true) == [
                    Document(id: "a", version: 1, source: "{}"),
                    Document(id: "b", version: 2, source: #"{"n":1}"#),
                ]
            )
            #expect(
                try await target.readBack(clients, after: "a", limit: 1, withSource: false).map(\.id) == ["b"]
            )
            #expect(
                try await target.fetch(["q\"", "none"], from: projects) == [
                    Document(id: "q\"", version: 3, source: #"{"k":"é"}"#)
                ]
            )
            guard !file.hasSuffix(".zst") else { return }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(
                text == """
                    {"index":{"_index":"clients","_id":"b","version":2,"version_type":"external_gte"}}
                    {"n":1}
                    {"index":{"_index":"clients","_id":"a","version":1,"version_type":"external_gte"}}
                    {}
                    {"index":{"_index":"projects","_id":"q\\"","version":3,"version_type":"external_gte"}}
                    {"k":"é"}

                    """
            )
        }
    }

    @Test(arguments: ["out.ndjson", "out.ndjson.zst"])
    func `a killed run goes on, and what it sends again is not written twice`(file: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/" + file
            let killed = FileTarget(path: path)
            let index = try await killed.create(.made(name))
            let first = batch([("a", 1, "{}"), ("b", 1, "{}")])
            _ = try await killed.load(first, into: index)
            // What a kill in the middle of a write leaves.
            let partial = try #require(FileHandle(forWritingAtPath: path + ".partial"))
            try partial.seekToEnd()
            try partial.write(contentsOf: Data("{\"index\":{\"_ind".utf8))
            try partial.close()
            let resumed = FileTarget(path: path)
            #expect(try await resumed.create(.made(name)) == index)
            #expect(try await resumed.load(first, into: index) == [.indexed, .indexed])
            #expect(try await resumed.load(batch([("c", 1, "{}")]), into: index) == [.indexed])
            #expect(try await resumed.settle(index, forceMerge: nil).documents == 3)
            let after = FileTarget(path: path)
            #expect(try await after.create(.made(name)) == index)
            #expect(try await after.count(index) == 3)
            #expect(try await after.load(first, into: index) == [.indexed, .indexed])
            #expect(try await after.readBack(index, after: nil, limit: 9, withSource: true).count == 3)
            await expect(throws: .exists) { try await after.load(batch([("d", 1, "{}")]), into: index) }
        }
    }

    @Test func `another run begins anew and the finished file stays until it is replaced`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/out.ndjson"
            let first = FileTarget(path: path)
            let old = try await first.create(.made(name, run: "run-1"))
            _ = try await first.load(batch([("a", 1, "{}")]), into: old)
            _ = try await first.settle(old, forceMerge: nil)
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            let second = FileTarget(path: path)
            let new = try await second.create(.made(name, run: "run-2"))
            #expect(new != old)
            _ = try await second.load(batch([("b", 1, "{}")]), into: new)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
            #expect(
                try await second.describe(prefix: "clients").indices.map(\.mark?.run) == ["run-1", "run-2"]
            )
            let third = FileTarget(path: path)
            let newest = try await third.create(.made(name, run: "run-3"))
            await expect(throws: .replaced) { try await third.load(batch([("b", 1, "{}")]), into: new) }
            try await third.delete(newest)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "out.ndjson", "out.ndjson.json",
                ]
            )
        }
    }

    @Test func `an index that is given up takes its whole file along`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/out.ndjson"
            let target = FileTarget(path: path)
            let clients = try await target.create(.made(name))
            let projects = try await target.create(.made("projects-v1-20261123t021500z-77ab"))
            _ = try await target.load(batch([("a", 1, "{}")]), into: clients)
            try await target.delete(clients)
            let again = try await target.create(.made(name))
            #expect(again.uuid != clients.uuid)
            await expect(throws: .replaced) { try await target.load(batch([("b", 1, "{}")]), into: projects) }
            try await target.delete(projects)
            _ = try await target.load(batch([("c", 1, "{}")]), into: again)
            #expect(try await target.settle(again, forceMerge: nil).documents == 1)
            // The finished file is forgotten, not removed.
            try await target.delete(again)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.ndjson"])
            #expect(try await target.create(.made(name)) != again)
        }
    }

    @Test func `a finish cut short between its renames is ended`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/out.ndjson"
            let target = FileTarget(path: path)
            let index = try await target.create(.made(name))
            _ = try await target.load(batch([("a", 1, "{}")]), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            try FileManager.default.moveItem(atPath: path + ".json", toPath: path + ".partial.json")
            let after = FileTarget(path: path)
            #expect(try await after.count(index) == 1)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                    "out.ndjson", "out.ndjson.json",
                ]
            )
        }
    }

    @Test func `a file that was changed is damaged`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/out.ndjson"
            let target = FileTarget(path: path)
            let index = try await target.create(.made(name))
            _ = try await target.load(batch([("a", 1, "{}")]), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            try Data("x".utf8).write(to: URL(fileURLWithPath: path))
            await expect(throws: .damaged) {
                try await target.readBack(index, after: nil, limit: 1, withSource: false)
            }
            try Data("{}".utf8).write(to: URL(fileURLWithPath: path + ".json"))
            await expect(throws: .damaged) { try await FileTarget(path: path).describe(prefix: "") }
        }
    }

    @Test func `what a file cannot do is said`() async throws {
        try await withTemporaryFolder { folder in
            let target = FileTarget(path: folder + "/out.ndjson")
            let index = try await target.create(.made(name))
            await expect(throws: .query) { try await target.hits(of: ["match_all": [:]], in: index) }
            await expect(throws: .refused) { try await target.swap([]) }
            await expect(throws: .unavailable) {
                try await FileTarget(path: folder + "/no/out").create(.made(name))
            }
            await expect(throws: .unavailable) { try await FileTarget(path: folder + "/no/out").probe() }
        }
    }

    @Test func `a full disk is the target's`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/out.ndjson"
            let target = FileTarget(path: path)
            let index = try await target.create(.made(name))
            try FileManager.default.removeItem(atPath: path + ".partial")
            try FileManager.default.createSymbolicLink(
                atPath: path + ".partial",
                withDestinationPath: "/dev/full"
            )
            await expect(throws: .full) { try await target.load(batch([("a", 1, "{}")]), into: index) }
        }
    }
}
