import Foundation
import RefoldArchive
import RefoldBytes
import Testing

@Suite struct VerifyTests {
    @Test func `every problem of every segment is reported`() throws {
        let folder = try TemporaryFolder()
        let generator = ArchiveGenerator(seed: 5, size: .events(300), segments: 3)
        var catalog = try generator.write(into: folder.path)
        catalog.segments[0].lines = 1
        catalog.segments[0].rawBytes = 2
        let broken = URL(filePath: folder.path).appending(path: catalog.segments[2].path)
        var bytes = Array(try Data(contentsOf: broken))
        bytes[200] ^= 0x10
        try Data(bytes).write(to: broken)
        try folder.write(catalog.text.bytes, "catalog.json")
        let reports = try Archive.open(at: folder.path).verify()
        #expect(reports[0].problems.map(\.reason) == [.mismatch, .mismatch])
        #expect(reports[1].problems.isEmpty)
        #expect(reports[2].problems.count == 2)
        #expect(reports[2].problems.last?.reason == .digest)
    }

    @Test func `a seek table that tells another length is a problem`() throws {
        let frame = try Sample.zstd([Sample.lines(3)])
        var bytes = ByteBuffer(copying: frame)
        let entry = ZstdSeekTable.Entry(compressedBytes: UInt32(frame.count), decodedBytes: 1)
        ZstdSeekTable([entry]).write(into: &bytes)
        let report = try HeldSegment(bytes.array(), "a.jsonl.zst").verify()
        #expect(report.seekTableFrames == 1)
        #expect(report.problems.map(\.reason) == [.mismatch])
    }

    @Test func `a seek table is listed when it fits its file`() throws {
        let folder = try TemporaryFolder()
        let catalog = try ArchiveGenerator(seed: 5, size: .events(600), segments: 1).write(into: folder.path)
        let segment = try Archive.open(at: folder.path).segments[0]
        let table = try #require(try segment.seekTable())
        #expect(Int64(table.entries.count) == catalog.segments[0].frames)
        #expect(table.entries.reduce(0) { $0 + Int64($1.decodedBytes) } == catalog.segments[0].rawBytes)
        #expect(try HeldSegment(try Sample.zstd([Sample.lines(3)]), "a.jsonl.zst").seekTable() == nil)
    }

    @Test(arguments: [("a\n\nb", 3), ("", 0), ("\n", 1), ("a", 1), ("a\n", 1)])
    func `lines are counted with blank ones and a last one without line feed`(
        text: String,
        lines: Int64
    ) throws {
        #expect(try HeldSegment(Array(text.utf8), "a.jsonl").verify().lines == lines)
    }
}
