import Foundation
import RefoldBytes
import Synchronization
import Testing

@testable import RefoldArchive

@Suite struct SegmentReaderTests {
    private static let parts = (0..<5).map { Sample.lines(20, seed: $0) }
    private static let content = Array(parts.joined())

    static func small(streamed: Bool = false) -> ReadLimits {
        var limits = ReadLimits()
        limits.blockBytes = 256
        limits.inputBytes = 64
        if streamed { limits.frameBytes = 1 }
        return limits
    }

    static func segments() throws -> [(HeldSegment, ReadLimits)] {
        [
            (try HeldSegment(Self.content, "a.jsonl"), small()),
            (try HeldSegment(try Sample.gzip(Self.parts), "a.jsonl.gz"), small()),
            (try HeldSegment(try Sample.zstd(Self.parts), "a.jsonl.zst"), small()),
            (try HeldSegment(try Sample.zstd(Self.parts), "a.jsonl.zst"), small(streamed: true)),
            (try HeldSegment(try Sample.zstd([Self.content]), "a.jsonl.zst"), small(streamed: true)),
        ]
    }

    @Test func `every kind gives the content in numbered blocks`() throws {
        for (held, limits) in try Self.segments() {
            for salvage in [false, true] {
                let reading = try Reading(held, salvage: salvage, limits: limits)
                #expect(reading.bytes == Self.content)
                #expect(reading.damage == nil)
                #expect(reading.positions.map(\.ordinal) == Array(0..<reading.positions.count))
                #expect(reading.positions.count >= 5)
            }
        }
    }

    @Test(arguments: [false, true])
    func `a reader resumed after any block gives what follows it`(isListed: Bool) throws {
        for (original, limits) in try Self.segments() {
            var held = original
            if isListed { held.entry = try Self.entry(of: held) }
            let whole = try Reading(held, limits: limits)
            for (index, position) in whole.positions.enumerated() {
                let rest = try Reading(held, after: position, limits: limits)
                #expect(rest.positions == Array(whole.positions[(index + 1)...]))
                #expect(whole.bytes.suffix(rest.bytes.count) == rest.bytes[...])
            }
            let last = try #require(whole.positions.last)
            #expect(try Reading(held, after: last, limits: limits).bytes.isEmpty)
        }
    }

    @Test func `a resumed reader still verifies the digest of the whole file`() throws {
        for (original, limits) in try Self.segments() {
            var held = original
            held.entry = try Self.entry(of: held)
            held.entry?.sha256 = SHA256.digest(of: [])
            let position = try #require(
                try Reading(original, limits: limits).positions.dropLast(2).last
            )
            let error = #expect(throws: ArchiveError.self) {
                try Reading(held, after: position, limits: limits)
            }
            #expect(error?.reason == .digest)
        }
    }

    @Test func `one reader under a lock feeds several workers`() async throws {
        let frames = (0..<64).map { Sample.lines(30, seed: $0) }
        let held = try HeldSegment(try Sample.zstd(frames), "a.jsonl.zst")
        let reader = Shared(try SegmentReader(held.segment))
        let pieces = try await withThrowingTaskGroup(of: [Int: [UInt8]].self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var decoder = try BlockDecoder()
                    var pieces: [Int: [UInt8]] = [:]
                    while let block = try reader.next() {
                        let ordinal = block.position.ordinal
                        try decoder.decode(block)
                        pieces[ordinal] = decoder.withBytes { span in span.withUnsafeBytes { Array($0) } }
                    }
                    return pieces
                }
            }
            return try await group.reduce(into: [:]) { all, pieces in all.merge(pieces) { first, _ in first }
            }
        }
        #expect((0..<64).allSatisfy { pieces[$0] == frames[$0] })
    }

    private final class Shared: Sendable {
        private let reader: Mutex<SegmentReader>

        init(_ reader: consuming SegmentReader) { self.reader = Mutex(reader) }

        func next() throws(ArchiveError) -> Block? {
            try reader.withLock { reader throws(ArchiveError) in try reader.next() }
        }
    }

    @Test(arguments: ["bytes", "frames", "rawBytes"])
    func `a count that is not the catalog's is refused`(fact: String) throws {
        for (original, limits) in try Self.segments() where fact != "frames" || original.kind != .plain {
            var held = original
            var entry = try Self.entry(of: held)
            entry.sha256 = nil
            switch fact {
            case "bytes": entry.bytes = 1
            case "frames": entry.frames = 77
            default: entry.rawBytes = 1
            }
            held.entry = entry
            let error = #expect(throws: ArchiveError.self) { try Reading(held, limits: limits) }
            #expect(error?.reason == .mismatch)
            #expect(error?.cause?.hasPrefix(fact) == true)
            #expect(try Reading(held, salvage: true, limits: limits).damage?.cause.contains(fact) == true)
        }
    }

    @Test func `a frame that hides its size is counted where the catalog gives the sum`() throws {
        let archive = try Archive.open(at: "\(Fixtures.path)/cdc-tricky/archive")
        var segment = try #require(archive.segments.first { $0.name == "seg-00002.jsonl.zst" })
        let content = try Reading(segment).bytes
        segment.entry = CatalogEntry(path: segment.name)
        segment.entry?.rawBytes = Int64(content.count)
        #expect(try Reading(segment).bytes == content)
        segment.entry?.rawBytes = Int64(content.count) + 1
        #expect(throws: ArchiveError.self) { try Reading(segment) }
    }

    @Test func `skippable frames are passed over, also at the ends and alone`() throws {
        let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
        let bytes = skippable + (try Sample.zstd([Self.parts[0]])) + skippable + skippable
        var held = try HeldSegment(bytes, "a.jsonl.zst")
        held.entry = CatalogEntry(path: held.name)
        held.entry?.sha256 = SHA256.digest(of: bytes)
        held.entry?.frames = 1
        #expect(try Reading(held).bytes == Self.parts[0])
        #expect(try Reading(HeldSegment(skippable, "a.jsonl.zst")).positions.isEmpty)
        let cut = try HeldSegment(Array(bytes.dropLast()), "a.jsonl.zst")
        let error = #expect(throws: ArchiveError.self) { try Reading(cut) }
        #expect(error?.reason == .truncated)
    }

    @Test(arguments: ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
    func `an empty file has no blocks`(name: String) throws {
        #expect(try Reading(HeldSegment([], name)).positions.isEmpty)
    }

    @Test func `empty frames and members give no lines and are counted`() throws {
        for (bytes, name) in [
            (try Sample.zstd([[], Self.parts[0], []]), "a.jsonl.zst"),
            (try Sample.gzip([[], Self.parts[0], []]), "a.jsonl.gz"),
        ] {
            var held = try HeldSegment(bytes, name)
            held.entry = CatalogEntry(path: name)
            held.entry?.frames = 3
            held.entry?.rawBytes = Int64(Self.parts[0].count)
            #expect(try Reading(held).bytes == Self.parts[0])
        }
    }

    @Test func `a file that shrinks or grows while it is read is refused as changed`() throws {
        for change in [-40, 40] {
            for (held, limits) in try Self.segments() {
                var reader = try SegmentReader(held.segment, limits: limits)
                #expect(try reader.next() != nil)
                let handle = try #require(FileHandle(forWritingAtPath: held.path))
                try handle.truncate(atOffset: UInt64(Int(held.bytes) + change))
                try handle.close()
                let error = #expect(throws: ArchiveError.self) {
                    while try reader.next() != nil {}
                }
                #expect(error?.reason == .changed, "\(held.name)")
                #expect(error?.kind == .moved)
            }
        }
    }

    @Test func `a file that is not the one listed is not opened`() throws {
        let held = try HeldSegment(Self.content, "a.jsonl")
        try held.folder.write(Array(Self.content.reversed()) + [10], "a.jsonl")
        let error = #expect(throws: ArchiveError.self) { try Reading(held) }
        #expect(error?.reason == .changed)
    }

    @Test(arguments: [
        (EACCES, FailureKind.notPermitted), (EPERM, .notPermitted), (ENOENT, .archiveRefused),
        (EIO, .archiveRefused), (ENOMEM, .localExhausted), (EMFILE, .localExhausted),
    ])
    func `what the system refuses has the kind that a scheduler needs`(number: Int32, kind: FailureKind) {
        #expect(ArchiveError.system(number, "opened", "a.jsonl").kind == kind)
    }

    private static func entry(of held: HeldSegment) throws -> CatalogEntry {
        let report = held.verify()
        var entry = CatalogEntry(path: held.name)
        entry.bytes = held.bytes
        entry.sha256 = report.sha256
        entry.rawBytes = report.rawBytes
        entry.lines = report.lines
        entry.frames = held.kind == .plain ? nil : report.frames
        return entry
    }
}
