import Foundation
import RefoldArchive
import RefoldBytes
import RefoldTestKit
import Testing

@Suite struct ExampleArchiveTests {
    /// `refold archive generate manifests/archive --seed 20260105 --events 5000 --segments 4` made it, with this library.
    private static let generator = ArchiveGenerator(seed: 20_260_105, size: .events(5000), segments: 4)
    private static let library = "libzstd 1.5.4,"
    private static let folder = Repository.folder.appending(path: "manifests/archive")

    @Test func `the example archive is made again byte for byte`() async throws {
        try await withTemporaryFolder { folder in
            _ = try Self.generator.write(into: folder.path)
            let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
            guard LibraryVersions.text.hasPrefix(Self.library) else {
                // Another libzstd packs the same lines into other bytes.
                try LeftOut.tell("bytes of the example archive (\(LibraryVersions.text))")
                #expect(try Self.lines(of: folder) == Self.lines(of: Self.folder))
                return
            }
            for name in names {
                let made = try Data(contentsOf: folder.appending(path: name))
                let kept = try Data(contentsOf: Self.folder.appending(path: name))
                #expect(made == kept, "\(name)")
            }
        }
    }

    @Test func `the example archive is small, whole, checksummed and of several frames a segment`() throws {
        let archive = try Archive.open(at: Self.folder.path)
        let reports = archive.verify()
        #expect(reports.map(\.problems.count) == [0, 0, 0, 0])
        #expect(reports.allSatisfy { $0.frames > 1 && $0.seekTableFrames == Int($0.frames) })
        #expect(archive.segments.map(\.bytes).reduce(0, +) < 1_000_000)
    }

    /// The decoded bytes of every segment, in order.
    private static func lines(of folder: URL) throws -> [[UInt8]] {
        try Archive.open(at: folder.path).segments.map { segment in
            var bytes: [UInt8] = []
            var reader = try SegmentReader(segment)
            var decoder = try BlockDecoder()
            while let block = try reader.next() {
                try decoder.decode(block)
                decoder.withBytes { span in span.withUnsafeBytes { bytes.append(contentsOf: $0) } }
            }
            return bytes
        }
    }
}
