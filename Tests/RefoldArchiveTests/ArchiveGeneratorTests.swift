import Foundation
import RefoldArchive
import RefoldBytes
import RefoldModel
import Testing

@Suite struct ArchiveGeneratorTests {
    @Test func `the same seed makes the same bytes and another seed other ones`() throws {
        let first = try Self.make(seed: 7)
        let second = try Self.make(seed: 7)
        let third = try Self.make(seed: 8)
        #expect(first.catalog == second.catalog)
        #expect(first.catalog != third.catalog)
        let text = try Data(contentsOf: URL(filePath: first.folder.path + "/catalog.json"))
        #expect(try Catalog(parsing: ByteString(Array(text))) == first.catalog)
    }

    @Test func `its catalog is what a full reading finds`() throws {
        let made = try Self.make(seed: 3)
        let archive = try Archive.open(at: made.folder.path)
        let reports = archive.verify()
        #expect(reports.map(\.problems.count) == [0, 0, 0])
        #expect(reports.reduce(0) { $0 + $1.lines } == 1500)
        #expect(reports.allSatisfy { $0.frames > 1 && $0.seekTableFrames == Int($0.frames) })
        #expect(archive.segments.map(\.bytes).reduce(0, +) < 400_000)
    }

    @Test func `its lines are events of every envelope and kind, each with right ids`() throws {
        let made = try Self.make(seed: 3)
        var kinds: Set<String> = []
        var envelopes: Set<String> = []
        for segment in try Archive.open(at: made.folder.path).segments {
            for line in try Reading(segment).bytes.split(separator: 10) {
                let value = try JSONValue(parsing: ByteString(Array(line)))
                envelopes.insert(value.asObject?.members.map(\.name.string).joined(separator: " ") ?? "")
                guard let header = value["payload"]?["ChangeEventHeader"] else { continue }
                kinds.insert(header["changeType"]?.asString ?? "")
                for id in header["recordIds"]?.asArray ?? [] {
                    let text = Array((id.asString ?? "").utf8)
                    #expect(text.count == 18)
                    #expect(Array(text.suffix(3)) == Self.checks(Array(text.prefix(15))))
                }
            }
        }
        #expect(kinds.isSuperset(of: ["CREATE", "UPDATE", "DELETE", "UNDELETE", "GAP_UPDATE"]))
        #expect(envelopes.count == 5)
    }

    @Test func `a reader of change events refuses none of its lines`() throws {
        let made = try Self.make(seed: 4)
        var events = SalesforceReader(NameTable(), keepsBody: false)
        var tape = JSONTape()
        var entities: [String: Int64] = [:]
        var decoder = try BlockDecoder()
        for segment in try Archive.open(at: made.folder.path).segments {
            var reader = try SegmentReader(segment)
            while let block = try reader.next() {
                try decoder.decode(block)
                try decoder.withBytes { bytes in
                    try bytes.withUnsafeBytes { bytes in
                        try tape.withLines(of: bytes) { lines, nodes, text in
                            for index in lines.indices {
                                let line = lines[index]
                                try events.read(Int(line.firstNode), nodes, in: text, line: line.range)
                                entities[events.event.entity.string, default: 0] += 1
                            }
                        }
                    }
                }
            }
        }
        let listed = made.catalog.segments.compactMap(\.entities).reduce(into: [:]) {
            $0.merge($1, uniquingKeysWith: +)
        }
        #expect(entities == listed)
    }

    @Test func `a size in bytes is reached and not passed by much`() throws {
        let folder = try TemporaryFolder()
        let generator = ArchiveGenerator(seed: 1, size: .rawBytes(600_000), segments: 2)
        let catalog = try generator.write(into: folder.path)
        let raw = catalog.segments.compactMap(\.rawBytes).reduce(0, +)
        #expect((600_000..<620_000).contains(raw))
    }

    @Test func `a folder with other segments is refused and left alone`() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}\n", "mine.jsonl")
        let generator = ArchiveGenerator(seed: 1, size: .events(10), segments: 1)
        let error = #expect(throws: ArchiveError.self) { try generator.write(into: folder.path) }
        #expect(error?.reason == .unlisted)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mine.jsonl"])
    }

    @Test func `an archive is never replaced by another one, and the same one may be made again`() throws {
        let made = try Self.make(seed: 1)
        let folder = made.folder.path
        var generator = ArchiveGenerator(seed: 1, size: .events(1500), segments: 3)
        generator.frameBytes = 64 << 10
        // An earlier attempt that was cut off left no catalog and not all segments.
        for name in ["catalog.json", "events-000001.jsonl.zst"] {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        #expect(try generator.write(into: folder) == made.catalog)
        let before = try Self.contents(of: folder)
        generator.seed = 2
        let error = #expect(throws: ArchiveError.self) { try generator.write(into: folder) }
        #expect(error?.reason == .mismatch)
        #expect(try Self.contents(of: folder) == before)
        // A catalog alone, which somebody wrote, would be lost as well.
        let lone = try TemporaryFolder()
        try lone.write("{}\n", "catalog.json")
        #expect(throws: ArchiveError.self) { try generator.write(into: lone.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: lone.path) == ["catalog.json"])
    }

    private static func contents(of folder: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
        )
    }

    private static func make(seed: UInt64) throws -> (folder: TemporaryFolder, catalog: Catalog) {
        let folder = try TemporaryFolder()
        var generator = ArchiveGenerator(seed: seed, size: .events(1500), segments: 3)
        generator.frameBytes = 64 << 10
        return (folder, try generator.write(into: folder.path))
    }

    private static func checks(_ id: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)
        return [0, 5, 10].map { start in
            alphabet[(0..<5).reduce(0) { $0 | ((65...90).contains(id[start + $1]) ? 1 << $1 : 0) }]
        }
    }
}
