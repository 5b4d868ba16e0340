import Foundation
import RefoldBytes
import RefoldModel
import Testing

@testable import RefoldArchive
@testable import RefoldPipeline

/// Lines as FOLD R4 counts them, with their numbers.
private func numbered(_ text: [UInt8]) -> [Int: [UInt8]] {
    var text = text[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    var parts = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    if parts.last == [] { parts.removeLast() }
    return Dictionary(uniqueKeysWithValues: zip(1..., parts))
}

/// What a worker makes of one block, without decoding it.
private func result(_ bytes: ArraySlice<UInt8>, ordinal: Int) -> (result: BlockResult, whole: [[UInt8]]) {
    let position = BlockPosition(
        segment: 0,
        ordinal: ordinal,
        frame: ordinal,
        frameOffset: 0,
        ordinalInFrame: 0,
        decodedOffset: 0
    )
    var result = BlockResult(
        position: position,
        head: Array(bytes),
        tail: [],
        hasLineEnd: false,
        wholeLines: 0,
        tally: FoldTally(),
        decodedBytes: bytes.count
    )
    guard let first = bytes.firstIndex(of: 0x0A), let last = bytes.lastIndex(of: 0x0A) else {
        return (result, [])
    }
    let whole =
        first == last
        ? [] : bytes[(first + 1)..<last].split(separator: 0x0A, omittingEmptySubsequences: false)
    result.head = Array(bytes[..<first])
    result.tail = Array(bytes[(last + 1)...])
    result.hasLineEnd = true
    result.wholeLines = whole.count
    return (result, whole.map(Array.init))
}

/// All lines with their numbers, when the text is cut there and the blocks come in that order.
private func assembled(_ text: [UInt8], cuts: [Int], order: [Int], isDamaged: Bool = false) -> [Int: [UInt8]]
{
    let bounds = [0] + cuts + [text.count]
    let blocks = (0..<bounds.count - 1).map { result(text[bounds[$0]..<bounds[$0 + 1]], ordinal: $0) }
    var assembler = LineAssembler()
    var placed: [(number: Int?, bytes: [UInt8])] = []
    func take(_ made: [LineAssembler.CutLine]) {
        for line in made { placed.append((assembler.lineNumber(line.place, segment: 0), line.bytes)) }
    }
    for place in order { take(assembler.take(blocks[place].result, segment: 0, number: 0).lines) }
    take(assembler.end(segment: 0, number: 0, blocks: blocks.count, isDamaged: isDamaged))
    for (ordinal, block) in blocks.enumerated() {
        for (place, line) in block.whole.enumerated() {
            let place = LinePlace(segment: 0, block: UInt32(ordinal), line: UInt64(place + 1))
            placed.append((assembler.lineNumber(place, segment: 0), line))
        }
    }
    #expect(assembler.progress[0]?.lines == placed.count)
    return Dictionary(placed.map { ($0.number ?? -1, $0.bytes) }, uniquingKeysWith: { $0 + [0] + $1 })
}

@Suite struct `Lines cut by blocks` {
    private static let texts = ["", "\n", "a", "a\n", "\n\na", "ab\r\ncd\n\nef", "\u{FEFF}a\n\u{FEFF}b\n"]

    @Test(arguments: texts)
    func `come out whole and rightly numbered, wherever two cuts fall and whatever the order`(text: String) {
        let bytes = Array(text.utf8)
        let expected = numbered(bytes)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
                    #expect(
                        assembled(bytes, cuts: [first, second], order: order) == expected,
                        "\(first) \(second)"
                    )
                }
            }
        }
    }

    @Test func `lose the begin of a line that a damaged frame would have ended`() {
        let bytes = Array("ab\ncd\nef".utf8)
        #expect(
            assembled(bytes, cuts: [4], order: [1, 0], isDamaged: true) == numbered(Array("ab\ncd\n".utf8))
        )
    }

    @Test func `go on after a resume as if there had been no stop`() throws {
        let bytes = Array("ab\ncd\nef".utf8)
        for cut in 0...bytes.count {
            var before = LineAssembler()
            _ = before.take(result(bytes[..<cut], ordinal: 0).result, segment: 0, number: 0)
            var after = LineAssembler()
            after.resume(segment: 0, try #require(before.progress[0]))
            let block = result(bytes[cut...], ordinal: 1)
            let made = after.take(block.result, segment: 0, number: 0).lines
            let end = after.end(segment: 0, number: 0, blocks: 2, isDamaged: false)
            let numbers = (made + end).map { after.lineNumber($0.place, segment: 0) }
            #expect(numbers.last == 3, "cut at \(cut)")
            #expect(after.progress[0]?.lines == 3, "cut at \(cut)")
        }
    }
}

@Suite struct `Lines of an archive` {
    private static let first = change("CREATE", fields: "\"Name\":\"Åsa 🐳\"")
    private static let second = change("UPDATE", at: 2000, fields: "\"Name\":null,\"Phone\":\"1\"")

    @Test func `give one state wherever a frame ends`() async throws {
        let text = Array("\u{FEFF}\(Self.first)\r\n \t\r\n\(Self.second)".utf8)
        let bench = try AuditBench()
        try bench.write("a.jsonl", text)
        let expected = try await bench.audit()
        let whole = try expected.lines
        #expect(whole.count == 1)
        #expect(expected.report["counts"]?["lines"] == 3)
        #expect(expected.report["counts"]?["blank"] == 1)
        for cut in [1, 2, 3, 4, 60, first(text, of: 0xC3) + 1, first(text, of: 0xF0) + 2] + ends(of: text) {
            let other = try AuditBench()
            var encoder = try ZstdEncoder()
            var frames: [UInt8] = []
            for part in [text[..<cut], text[cut...]] { frames += try encoder.frame(of: Array(part)) }
            try other.write("a.jsonl.zst", frames)
            let audit = try await other.audit()
            let lines = try audit.lines
            #expect(lines == whole, "cut at \(cut)")
            #expect(audit.report["counts"] == expected.report["counts"], "cut at \(cut)")
        }
    }

    private func first(_ text: [UInt8], of byte: UInt8) -> Int { text.firstIndex(of: byte) ?? 0 }

    private func ends(of text: [UInt8]) -> [Int] {
        text.indices.filter { text[$0] == 0x0A }.flatMap { [$0 - 1, $0, $0 + 1] }
    }

    @Test(
        arguments: [
            ("", 0, 0, []),
            ("\n\r\n \t\n", 3, 3, []),
            ("{", 1, 0, ["bad_json"]),
            ("\u{FEFF}{}", 1, 0, ["no_header"]),
            ("{}\n\u{FEFF}{}", 2, 0, ["no_header", "bad_json"]),
            ("{}\r\r\n[]", 2, 0, ["no_header", "bad_json"]),
            ("{} {}\nNaN\n\"x\"\n{\"a\":1}x", 4, 0, ["bad_json", "bad_json", "bad_json", "bad_json"]),
        ] as [(String, Int, Int, [String])]
    )
    func `are counted, blank or set aside`(text: String, count: Int, blank: Int, words: [String]) async throws
    {
        let bench = try AuditBench()
        try bench.write("a.jsonl", text.utf8)
        let audit = try await bench.audit()
        #expect(audit.report["counts"]?["lines"] == .integer(count))
        #expect(audit.report["counts"]?["blank"] == .integer(blank))
        #expect(try audit.rejectValues.compactMap { $0["why"]?.asString } == words)
    }
}
