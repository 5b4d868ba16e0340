import RefoldArchive
import RefoldBytes
import Testing

/// Bytes that mean nothing: each answer is a value or an error, never a crash.
@Suite struct FuzzTests {
    @Test func `any bytes behind any beginning are read or refused`() throws {
        var random = SeededSequence(seed: 21)
        let beginnings: [[UInt8]] = [
            [], [0x28, 0xB5, 0x2F, 0xFD], [0x50, 0x2A, 0x4D, 0x18], [0x1F, 0x8B, 8],
            try Sample.zstd([Sample.lines(3)]), try Sample.gzip([Sample.lines(3)]),
        ]
        var limits = ReadLimits()
        limits.blockBytes = 1000
        for round in 0..<600 {
            let noise = (0..<random.below(60)).map { _ in UInt8(random.below(256)) }
            let bytes = beginnings[round % beginnings.count] + noise
            let held = try HeldSegment(bytes, round % 4 < 2 ? "a.jsonl.zst" : "a.jsonl.gz")
            limits.frameBytes = round % 3 == 0 ? 1 : 1 << 20
            let salvaged = try Reading(held, salvage: true, limits: limits)
            let plain = Result { try Reading(held, limits: limits) }
            switch plain {
            case .success(let reading):
                #expect(salvaged.damage == nil)
                #expect(reading.bytes == salvaged.bytes)
            case .failure(let error):
                #expect(error is ArchiveError)
                #expect(salvaged.damage != nil, "round \(round)")
            }
        }
    }

    @Test func `any text is a catalog or refused`() {
        var random = SeededSequence(seed: 22)
        let text = #"{"apiVersion":"refold/v1","segments":[{"path":"a","bytes":1,"entities":{"A":1}}]}"#
        for _ in 0..<2000 {
            var bytes = Array(text.utf8)
            for _ in 0...random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            do throws(ArchiveError) {
                let catalog = try Catalog(parsing: ByteString(bytes))
                #expect(catalog.segments.count <= 1)
            } catch {
                #expect([.catalog, .outside].contains(error.reason))
            }
        }
    }
}
