import Foundation
import RefoldArchive
import RefoldBytes
import RefoldModel
import Testing

@Suite struct ListingTests {
    @Test func `segments are what ends like one, in the order of path bytes, without hidden names`() throws {
        let folder = try TemporaryFolder()
        let segments = [
            "B.jsonl", "a-b/x.jsonl", "a.jsonl", "a/x.ndjson.gz", "a/é.jsonl.zst", "a/z.jsonl.zst",
            "é.ndjson",
        ]
        let others = [
            ".a.jsonl", "_a.jsonl", "a/_b/c.jsonl", ".d/e.jsonl", "notes.json", "a.jsonl.bak", "b.zst",
            "c.gz",
            ".jsonl", "d.jsonl.part",
        ]
        for name in segments + others { try folder.write("", name) }
        let archive = try Archive.open(at: folder.path)
        #expect(
            archive.segments.map(\.name) == segments.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        )
        #expect(archive.segments.map(\.index) == Array(0..<segments.count))
        #expect(Set(archive.segments.map(\.kind)) == [.zstd, .gzip, .plain])
        #expect(archive.catalog == nil)
    }

    @Test func `a catalog decides which segments there are, whatever they are called`() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}\n", "one.jsonl")
        try folder.write("{}\n", "two.data")
        let catalog = try folder.write(
            Self.catalog([#"{"path":"two.data","later":{"key":1}}"#]),
            "catalog.json"
        )
        let error = #expect(throws: ArchiveError.self) { try Archive.open(at: folder.path) }
        #expect(error?.reason == .unlisted)
        #expect(error?.place == "one.jsonl")
        for location in [folder.path, catalog] {
            let ignored = try Archive.open(at: location, unlisted: .ignore)
            #expect(ignored.segments.map(\.name) == ["two.data"])
            #expect(ignored.unlisted == ["one.jsonl"])
        }
        let read = try Archive.open(at: folder.path, unlisted: .read)
        #expect(read.segments.map(\.name) == ["one.jsonl", "two.data"])
        #expect(read.segments.map { $0.entry == nil } == [true, false])
    }

    @Test(arguments: [
        "/etc/hostname", "../x.jsonl", "a/../../x.jsonl", "./x.jsonl", "a//x.jsonl", "", "a/", "link.jsonl",
        "inside/hosts",
    ])
    func `a catalog's path that leads out of the folder is refused`(path: String) throws {
        let folder = try TemporaryFolder()
        let outside = try TemporaryFolder()
        let secret = try outside.write("secret\n", "x.jsonl")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link.jsonl",
            withDestinationPath: secret
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/inside",
            withDestinationPath: "/etc"
        )
        try folder.write(Self.catalog(["{\"path\":\"\(path)\"}"]), "catalog.json")
        let error = #expect(throws: ArchiveError.self) {
            try Archive.open(at: folder.path, unlisted: .ignore)
        }
        #expect(error?.reason == .outside)
    }

    @Test(arguments: [
        ("[]", "no JSON object"), ("{", "no JSON"), ("{}", "segments is no list"),
        (#"{"segments":{}}"#, "segments is no list"), (#"{"segments":[1]}"#, "segments[0] is no object"),
        (#"{"segments":[{}]}"#, "segments[0].path is missing"),
        (#"{"segments":[{"path":1}]}"#, "segments[0].path is no text"),
        (#"{"segments":[{"path":"a","bytes":"1"}]}"#, "segments[0].bytes is no integer"),
        (#"{"segments":[{"path":"a","bytes":-1}]}"#, "segments[0].bytes is no integer"),
        (#"{"segments":[{"path":"a","lines":1.5}]}"#, "segments[0].lines is no integer"),
        (#"{"segments":[{"path":"a","lines":99999999999999999999}]}"#, "segments[0].lines is no integer"),
        (#"{"segments":[{"path":"a","sha256":"12"}]}"#, "segments[0].sha256 is not 64"),
        (#"{"segments":[{"path":"a","entities":{"A":"1"}}]}"#, "segments[0].entities.A is no integer"),
        (#"{"segments":[{"path":"a"},{"path":"a"}]}"#, "a is listed twice"),
        (#"{"apiVersion":"refold/v9","segments":[]}"#, "apiVersion is refold/v9"),
    ])
    func `a catalog that is none says which part is wrong`(text: String, cause: String) throws {
        let error = #expect(throws: ArchiveError.self) { try Catalog(parsing: ByteString(text)) }
        #expect(error?.reason == .catalog)
        #expect(error?.cause?.contains(cause) == true, "\(error?.cause ?? "")")
    }

    @Test func `a written catalog reads back the same`() throws {
        var entry = CatalogEntry(path: "2026/03/a \"quoted\".jsonl.zst")
        entry.bytes = 5
        entry.sha256 = SHA256.digest(of: [1, 2, 3])
        entry.rawBytes = 7
        entry.lines = 2
        entry.events = 1
        entry.frames = 1
        entry.entities = ["Account": 1, "B": 0]
        entry.firstTime = "2026-03-01T00:00:04.000Z"
        entry.lastTime = "2026-03-01T00:00:05.000Z"
        entry.firstPosition = 0
        entry.lastPosition = .max
        let catalog = Catalog(format: "fields", segments: [CatalogEntry(path: "z"), entry])
        #expect(try Catalog(parsing: catalog.text) == catalog)
        #expect(catalog.text.string.contains(#"{"path":"z"}"#))
    }

    @Test func `what is not there, empty or no file has an error of its own`() throws {
        let folder = try TemporaryFolder()
        func reason(_ location: String) -> ArchiveError? {
            #expect(throws: ArchiveError.self) { try Archive.open(at: location) }
        }
        #expect(reason(folder.path + "/none")?.reason == .missing)
        #expect(reason(folder.path + "/none")?.fix?.contains("relative to the job file") == true)
        #expect(reason(folder.path + "/catalog.json")?.reason == .missing)
        #expect(reason(folder.path)?.reason == .empty)
        try folder.write(Self.catalog([]), "catalog.json")
        #expect(reason(folder.path)?.reason == .empty)
        try folder.write(Self.catalog([#"{"path":"a.jsonl"}"#, #"{"path":"b/c.jsonl"}"#]), "catalog.json")
        let missing = reason(folder.path)
        #expect(missing?.reason == .missing)
        #expect(missing?.place == "a.jsonl, b/c.jsonl")
        #expect(missing?.kind == .archiveRefused)
        #expect(mkfifo(folder.path + "/a.jsonl", 0o600) == 0)
        try folder.write(Self.catalog([#"{"path":"a.jsonl"}"#]), "catalog.json")
        #expect(reason(folder.path)?.reason == .inputOutput)
    }

    @Test func `links inside the folder are read, links out of it refused`() throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try folder.write("{}\n", "..data/a.jsonl")
        try files.createSymbolicLink(atPath: folder.path + "/a.jsonl", withDestinationPath: "..data/a.jsonl")
        try folder.write("{}\n", "real/b.jsonl")
        try files.createSymbolicLink(atPath: folder.path + "/again", withDestinationPath: "real")
        try files.createSymbolicLink(atPath: folder.path + "/real/loop", withDestinationPath: "..")
        #expect(try Archive.open(at: folder.path).segments.map(\.name) == ["a.jsonl", "real/b.jsonl"])
        try files.createSymbolicLink(atPath: folder.path + "/notes", withDestinationPath: "/etc/hostname")
        try files.createSymbolicLink(atPath: folder.path + "/nowhere", withDestinationPath: "gone")
        #expect(try Archive.open(at: folder.path).segments.count == 2)
        try files.createSymbolicLink(atPath: folder.path + "/zero.jsonl", withDestinationPath: "/dev/zero")
        let error = #expect(throws: ArchiveError.self) { try Archive.open(at: folder.path) }
        #expect(error?.reason == .outside)
    }

    @Test func `identity follows the catalog's digest, else name, length, time and both ends`() throws {
        let folder = try TemporaryFolder()
        var bytes = Sample.lines(9000)
        try folder.write(bytes, "a.jsonl")
        let first = try Archive.open(at: folder.path)
        #expect(try Archive.open(at: folder.path).digest == first.digest)
        let last = bytes.count - 3
        bytes[last] ^= 1
        try folder.write(bytes, "a.jsonl")
        let second = try Archive.open(at: folder.path)
        #expect(second.segments[0].identity != first.segments[0].identity)
        #expect(second.digest != first.digest)
        let digest = SHA256.digest(of: bytes)
        try folder.write(
            Self.catalog([#"{"path":"a.jsonl","sha256":"\#(digest.hex.uppercased())"}"#]),
            "catalog.json"
        )
        let listed = try Archive.open(at: folder.path)
        #expect(listed.segments[0].identity == digest)
    }

    private static func catalog(_ segments: [String]) -> String {
        #"{"apiVersion":"refold/v1","segments":[\#(segments.joined(separator: ","))]}"#
    }
}
