import Foundation
import RefoldBytes
import Testing

@testable import RefoldPipeline

@Suite struct LineSorterTests {
    @Test(arguments: [1, 700, 20_000, 1 << 30])
    func `lines come in order of key bytes whatever memory holds of them, and as often as they are asked for`(
        limit: Int
    ) throws {
        let workshop = try Workshop()
        let numbers = (0..<150).map { $0 * 37 % 150 }
        let entries = numbers.map { number in
            // Keys of several lengths, one a part of another; lines of several lengths, an empty one among them.
            (
                key: ByteString("A#\(number)"),
                line: ByteString(String(repeating: "x\(number) ", count: number * 20))
            )
        }
        var sorter = LineSorter(folder: workshop.folder, limit: limit)
        for entry in entries { try sorter.add(key: entry.key, line: entry.line) }
        let sorted = sorter.finish()
        let expected = entries.sorted { $0.key < $1.key }.map(\.line)
        for _ in 0..<2 {
            var lines: [ByteString] = []
            var reader = try sorted.reader()
            while let line = try reader.next() { lines.append(line) }
            #expect(lines == expected)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: workshop.folder)
        #expect(files.contains { $0.hasSuffix(".sorted") } == (limit < 1 << 30))
    }

    @Test func `a file that was cut is told, not taken for the end`() throws {
        let workshop = try Workshop()
        var sorter = LineSorter(folder: workshop.folder, limit: 1)
        try sorter.add(key: "A#1", line: "{}")
        let sorted = sorter.finish()
        let file = try FileHandle(forUpdating: URL(filePath: workshop.folder + "/lines-0.sorted"))
        try file.truncate(atOffset: 12)
        try file.close()
        let error = #expect(throws: PipelineError.self) { _ = try sorted.reader() }
        #expect(error?.kind == .internalFault && error?.place?.hasSuffix("lines-0.sorted") == true)
    }
}
