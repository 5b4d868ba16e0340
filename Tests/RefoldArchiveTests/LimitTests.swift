import RefoldArchive
import RefoldBytes
import Testing

/// Frames that ask for memory: refused by what they declare, before anything is taken.
@Suite struct LimitTests {
    @Test func `a frame that declares 10 GB in one segment is refused`() throws {
        let bytes = Self.frame(descriptor: 0xE0, after: Self.little(10 << 30, 8), block: [1, 2, 3])
        let error = #expect(throws: ArchiveError.self) { try Reading(HeldSegment(bytes, "a.jsonl.zst")) }
        #expect(error?.reason == .overLimit)
        #expect(error?.kind == .archiveRefused)
    }

    @Test func `a frame that declares 10 GB and holds three bytes is damaged`() throws {
        let window: [UInt8] = [0x68]
        let bytes = Self.frame(descriptor: 0xC0, after: window + Self.little(10 << 30, 8), block: [1, 2, 3])
        let error = #expect(throws: ArchiveError.self) { try Reading(HeldSegment(bytes, "a.jsonl.zst")) }
        #expect(error?.reason == .damaged)
    }

    @Test func `a stream whose window is over the limit is refused`() throws {
        var limits = ReadLimits()
        limits.frameBytes = 1
        let held = try HeldSegment(Self.frame(descriptor: 0, after: [0xFF], block: [1, 2, 3]), "a.jsonl.zst")
        let error = #expect(throws: ArchiveError.self) { try Reading(held, limits: limits) }
        #expect(error?.reason == .overLimit)
    }

    @Test func `a frame whose blocks grow over the limit leaves as a stream of pieces`() throws {
        // 40 blocks of one repeated byte, 128 KiB each, in a frame that hides its size.
        var bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x38]
        for place in 0..<40 {
            bytes += Self.little((128 << 10) << 3 | 1 << 1 | (place == 39 ? 1 : 0), 3) + [7]
        }
        var limits = ReadLimits()
        limits.frameBytes = 1 << 20
        let reading = try Reading(HeldSegment(bytes, "a.jsonl.zst"), limits: limits)
        #expect(reading.bytes.count == 40 * 128 << 10)
        #expect(reading.positions.count == 3)
        #expect(reading.positions.map(\.decodedOffset) == [0, 2 << 20, 4 << 20])
    }

    @Test func `a block longer than its window allows is damage`() throws {
        let long = [UInt8](repeating: 65, count: 2000)
        let bytes = Self.frame(descriptor: 0, after: [0], block: long)
        let error = #expect(throws: ArchiveError.self) { try Reading(HeldSegment(bytes, "a.jsonl.zst")) }
        #expect(error?.reason == .damaged)
    }

    @Test func `a frame that needs a dictionary is refused`() throws {
        let bytes = Self.frame(descriptor: 0x21, after: [9, 3], block: [1, 2, 3])
        let error = #expect(throws: ArchiveError.self) { try Reading(HeldSegment(bytes, "a.jsonl.zst")) }
        #expect(error?.cause == "it needs dictionary 9")
    }

    private static func frame(descriptor: UInt8, after: [UInt8], block: [UInt8]) -> [UInt8] {
        [0x28, 0xB5, 0x2F, 0xFD, descriptor] + after + little(block.count << 3 | 1, 3) + block
    }

    private static func little(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
