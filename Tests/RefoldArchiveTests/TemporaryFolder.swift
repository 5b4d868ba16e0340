import Foundation
import RefoldArchive
import RefoldBytes
import Testing

/// A folder of one test, gone when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "refold-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("left behind: \(path)")
        }
    }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let url = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
        return url.path
    }

    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try write(Array(text.utf8), name)
    }
}

/// The fixtures of all rooms.
enum Fixtures {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path
}

/// Lines that look like events, in frames of a few lines.
enum Sample {
    static func lines(_ count: Int, seed: Int = 1) -> [UInt8] {
        Array(
            (0..<count).map { "{\"n\":\($0),\"seed\":\(seed),\"text\":\"line \($0 &* 7919 % 1009)\"}\n" }
                .joined().utf8
        )
    }

    static func zstd(_ parts: [[UInt8]], level: Int = 3, checksum: Bool = true) throws -> [UInt8] {
        var encoder = try ZstdEncoder(level: level, checksum: checksum)
        var output = ByteBuffer()
        for part in parts { _ = try encoder.encode(part.span.bytes, into: &output) }
        return output.array()
    }

    static func gzip(_ parts: [[UInt8]]) throws -> [UInt8] {
        var output = ByteBuffer()
        for part in parts { try GzipEncoder.encode(part.span.bytes, into: &output) }
        return output.array()
    }
}

/// All bytes that reading a segment hands out, and where each block lies.
struct Reading {
    var bytes: [UInt8] = []
    var positions: [BlockPosition] = []
    var damage: SegmentReader.Damage?

    init(
        _ segment: Segment,
        after position: BlockPosition? = nil,
        salvage: Bool = false,
        limits: ReadLimits = ReadLimits()
    ) throws {
        var reader = try SegmentReader(segment, resumingAfter: position, salvage: salvage, limits: limits)
        var decoder = try BlockDecoder()
        while let block = try reader.next() {
            positions.append(block.position)
            try decoder.decode(block)
            decoder.withBytes { span in span.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        }
        damage = reader.damage
    }
}

/// A segment and the folder that it lies in.
@dynamicMemberLookup struct HeldSegment {
    let folder: TemporaryFolder
    var segment: Segment

    init(_ bytes: [UInt8], _ name: String) throws {
        folder = try TemporaryFolder()
        try folder.write(bytes, name)
        segment = try #require(try Archive.open(at: folder.path).segments.first)
    }

    func verify() -> SegmentReport {
        withExtendedLifetime(folder) { segment.verify() }
    }

    func seekTable() throws -> ZstdSeekTable? {
        try withExtendedLifetime(folder) { try segment.seekTable() }
    }

    subscript<Value>(dynamicMember path: WritableKeyPath<Segment, Value>) -> Value {
        get { segment[keyPath: path] }
        set { segment[keyPath: path] = newValue }
    }
}

extension Reading {
    init(
        _ held: HeldSegment,
        after position: BlockPosition? = nil,
        salvage: Bool = false,
        limits: ReadLimits = ReadLimits()
    ) throws {
        self = try withExtendedLifetime(held.folder) {
            try Reading(held.segment, after: position, salvage: salvage, limits: limits)
        }
    }
}

/// Random numbers of a test, the same in every run.
struct SeededSequence {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }
}
