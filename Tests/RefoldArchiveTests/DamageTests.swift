import Foundation
import RefoldArchive
import RefoldBytes
import Testing

/// Bits turned, files cut, pieces of one file in another: seen, named, and never handed out as good in salvage.
@Suite struct DamageTests {
    enum Packing: String, CaseIterable {
        case zstdWhole
        case zstdStreamed
        case gzip

        var name: String { self == .gzip ? "a.jsonl.gz" : "a.jsonl.zst" }

        func pack(_ parts: [[UInt8]]) throws -> [UInt8] {
            self == .gzip ? try Sample.gzip(parts) : try Sample.zstd(parts)
        }

        var limits: ReadLimits {
            var limits = ReadLimits()
            limits.blockBytes = 100
            limits.inputBytes = 37
            if self == .zstdStreamed { limits.frameBytes = 1 }
            return limits
        }
    }

    private static let parts = (0..<4).map { Sample.lines(9, seed: $0) }

    @Test(arguments: Packing.allCases)
    func `a file cut at any byte is refused, but for a cut between frames`(packing: Packing) throws {
        let whole = try packing.pack(Self.parts)
        let ends = try Self.ends(packing)
        for length in 0..<whole.count {
            let segment = try Self.segment(Array(whole[..<length]), packing)
            let damage = Result { try Reading(segment, limits: packing.limits) }
            if let frames = ends.firstIndex(of: length) {
                #expect(try damage.get().bytes == Array(Self.parts[..<frames].joined()))
            } else {
                let error = #expect(throws: ArchiveError.self) { try damage.get() }
                #expect([.truncated, .damaged].contains(error?.reason), "cut at \(length)")
                #expect(error?.place?.hasPrefix("compressed byte ") == true)
            }
        }
    }

    /// Regression: a segment that was being written was told as damaged.
    @Test(arguments: [true, false])
    func `a file cut in a frame that grows while it is read is being written, not damaged`(
        salvage: Bool
    ) throws {
        let whole = try Packing.zstdWhole.pack(Self.parts)
        let segment = try Self.segment(Array(whole.dropLast(5)), .zstdWhole)
        var reader = try SegmentReader(segment.segment, salvage: salvage, limits: Packing.zstdWhole.limits)
        #expect(try reader.next() != nil)
        let handle = try #require(FileHandle(forWritingAtPath: segment.path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(whole.suffix(3)))
        try handle.close()
        let error = #expect(throws: ArchiveError.self) {
            while try reader.next() != nil {}
        }
        #expect(error?.reason == .changed)
    }

    @Test(arguments: Packing.allCases)
    func `salvage of a cut file gives the whole frames before the cut and nothing else`(
        packing: Packing
    ) throws {
        let whole = try packing.pack(Self.parts)
        let ends = try Self.ends(packing)
        for length in 1..<whole.count {
            let segment = try Self.segment(Array(whole[..<length]), packing)
            let reading = try Reading(segment, salvage: true, limits: packing.limits)
            let frames = ends.lastIndex { $0 <= length } ?? 0
            #expect(reading.bytes == Array(Self.parts[..<frames].joined()))
            if ends.contains(length) {
                #expect(reading.damage == nil)
            } else {
                #expect(reading.damage?.frame == frames)
                #expect(reading.damage?.compressedOffset == Int64(ends[frames]))
            }
        }
    }

    @Test(arguments: Packing.allCases)
    func `every turned bit is seen against the catalog, and salvage hands out only true frames`(
        packing: Packing
    ) throws {
        let whole = try packing.pack(Self.parts)
        let digest = SHA256.digest(of: whole)
        let content = Array(Self.parts.joined())
        var random = SeededSequence(seed: 11)
        for _ in 0..<700 {
            let bit = random.below(whole.count * 8)
            var bytes = whole
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            var segment = try Self.segment(bytes, packing)
            let unlisted = Result { try Reading(segment, limits: packing.limits) }
            if case .success(let reading) = unlisted {
                // A gzip header has bytes that no checksum covers: its time, its system, its name.
                #expect(reading.bytes == content, "bit \(bit)")
            }
            let salvaged = try Reading(segment, salvage: true, limits: packing.limits)
            #expect(content.starts(with: salvaged.bytes), "bit \(bit)")
            segment.entry = CatalogEntry(path: segment.name)
            segment.entry?.sha256 = digest
            #expect(throws: ArchiveError.self, "bit \(bit)") { try Reading(segment, limits: packing.limits) }
        }
    }

    @Test(arguments: Packing.allCases)
    func `frames of another file in the middle are seen against the catalog`(packing: Packing) throws {
        let others = (0..<4).map { Sample.lines(9, seed: 10 + $0) }
        let digest = SHA256.digest(of: try packing.pack(Self.parts))
        for place in 0..<4 {
            var spliced = Self.parts
            spliced[place] = others[place]
            var segment = try Self.segment(try packing.pack(spliced), packing)
            segment.entry = CatalogEntry(path: segment.name)
            segment.entry?.sha256 = digest
            let error = #expect(throws: ArchiveError.self) { try Reading(segment, limits: packing.limits) }
            #expect(error?.reason == .digest)
        }
    }

    @Test(arguments: Packing.allCases)
    func `bytes of another file in the middle never pass for content`(packing: Packing) throws {
        let whole = try packing.pack(Self.parts)
        let digest = SHA256.digest(of: whole)
        let other = try packing.pack((0..<4).map { Sample.lines(9, seed: 20 + $0) })
        let contents = Self.parts + (0..<4).map { Sample.lines(9, seed: 20 + $0) }
        var random = SeededSequence(seed: 12)
        for round in 0..<50 {
            let (from, to) = (random.below(whole.count), random.below(other.count))
            let bytes = Array(whole[..<from] + other[to...])
            var segment = try Self.segment(bytes, packing)
            let reading = try Reading(segment, salvage: true, limits: packing.limits)
            let isMade = Self.isMade(reading.bytes, of: contents)
            #expect(isMade, "round \(round): \(from), \(to)")
            segment.entry = CatalogEntry(path: segment.name)
            segment.entry?.sha256 = digest
            #expect(throws: ArchiveError.self) { try Reading(segment, limits: packing.limits) }
        }
    }

    /// Whether the bytes are some of these parts, one after another.
    private static func isMade(_ bytes: [UInt8], of parts: [[UInt8]]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let part = parts.first(where: { rest.starts(with: $0) }) else { return false }
            rest = rest.dropFirst(part.count)
        }
        return true
    }

    @Test(arguments: Packing.allCases)
    func `bytes behind the last frame are damage, in salvage the end`(packing: Packing) throws {
        let segment = try Self.segment(try packing.pack(Self.parts) + Array("behind it all".utf8), packing)
        let error = #expect(throws: ArchiveError.self) { try Reading(segment, limits: packing.limits) }
        #expect(error?.reason == .damaged)
        #expect(error?.message.hasPrefix(packing == .gzip ? "member 4 of" : "frame 4 of") == true)
        let reading = try Reading(segment, salvage: true, limits: packing.limits)
        #expect(reading.bytes == Array(Self.parts.joined()))
        #expect(reading.damage?.frame == 4)
    }

    @Test func `a frame with a false checksum says so`() throws {
        var bytes = try Sample.zstd([Self.parts[0]])
        bytes[bytes.count - 1] ^= 1
        let error = #expect(throws: ArchiveError.self) { try Reading(try Self.segment(bytes, .zstdWhole)) }
        #expect(error?.reason == .checksum)
        #expect(error?.kind == .archiveRefused)
        #expect(error?.message == "frame 0 of a.jsonl.zst is damaged")
        #expect(error?.place == "compressed byte 0, decompressed byte 0")
        #expect(error?.cause?.hasPrefix("the checksum of the decompressed data differs (stored ") == true)
        #expect(error?.fix?.contains("--salvage") == true)
    }

    private static func segment(_ bytes: [UInt8], _ packing: Packing) throws -> HeldSegment {
        try HeldSegment(bytes, packing.name)
    }

    /// The file offsets at which frames end, 0 first.
    private static func ends(_ packing: Packing) throws -> [Int] {
        try (0...parts.count).map { try packing.pack(Array(parts[..<$0])).count }
    }
}
