internal import RefoldBytes

/// A unified diff of a long text, as change events carry it (FOLD R21).
struct TextDiff {
    private struct Hunk {
        /// Index of the first line that the hunk takes away or goes before.
        var start: Int
        var removed: [[UInt8]]
        var added: [[UInt8]]
    }
    /// SHA-256 of the new text, lower case.
    private var hash: [UInt8]
    private var hunks: [Hunk]

    /// Nil when the text is no such diff.
    init?(_ text: [UInt8]) {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            Array($0)
        }
        while lines.last == [] { lines.removeLast() }
        guard lines.count >= 2, lines[0] == Array("--- ".utf8), lines[1].starts(with: "+++ ".utf8) else {
            return nil
        }
        hash = lines[1].dropFirst(4).map {
            (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) ? $0 | 0x20 : $0
        }
        hunks = []
        for line in lines.dropFirst(2) {
            switch line.first {
            case UInt8(ascii: "@"):
                guard let hunk = TextDiff.hunk(line) else { return nil }
                hunks.append(hunk)
            case UInt8(ascii: "-") where !hunks.isEmpty:
                hunks[hunks.count - 1].removed.append(Array(line.dropFirst()))
            case UInt8(ascii: "+") where !hunks.isEmpty:
                hunks[hunks.count - 1].added.append(Array(line.dropFirst()))
            case UInt8(ascii: " ") where !hunks.isEmpty:
                hunks[hunks.count - 1].removed.append(Array(line.dropFirst()))
                hunks[hunks.count - 1].added.append(Array(line.dropFirst()))
            case UInt8(ascii: "\\"): break
            default: return nil
            }
        }
    }

    /// `@@ -start,count +start,count @@`; a count of 1 may be left out.
    private static func hunk(_ line: [UInt8]) -> Hunk? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count >= 4, words[0] == Array("@@".utf8)[...], let first = words[1].first,
            first == UInt8(ascii: "-")
        else { return nil }
        let numbers = words[1].dropFirst().split(
            separator: UInt8(ascii: ","),
            omittingEmptySubsequences: false
        )
        guard let start = numbers.first.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }), start >= 0,
            numbers.count <= 2
        else { return nil }
        let count = numbers.count == 2 ? Int(String(decoding: numbers[1], as: UTF8.self)) : 1
        guard let count, count >= 0 else { return nil }
        // With a count of 0 the start is the line after which the hunk adds.
        return Hunk(start: count == 0 ? start : start - 1, removed: [], added: [])
    }

    /// The new text; nil when the diff does not apply, or no newline gives the hash.
    func applied(to old: [UInt8]) -> [UInt8]? {
        let lines = TextDiff.lines(of: old)
        var result: [[UInt8]] = []
        var at = 0
        for hunk in hunks {
            guard hunk.start >= at, hunk.start <= lines.count, hunk.removed.count <= lines.count - hunk.start,
                Array(lines[hunk.start..<hunk.start + hunk.removed.count]) == hunk.removed
            else { return nil }
            result.append(contentsOf: lines[at..<hunk.start])
            result.append(contentsOf: hunk.added)
            at = hunk.start + hunk.removed.count
        }
        result.append(contentsOf: lines[at...])
        for newline in ["\r\n", "\n", "\r"] {
            let text = Array(result.joined(separator: Array(newline.utf8)))
            if SHA256.digest(of: text).hexBytes == hash { return text }
        }
        return nil
    }

    /// Splits at CRLF, LF and CR.
    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        var at = 0
        while at < text.count {
            let isReturn = text[at] == UInt8(ascii: "\r")
            guard isReturn || text[at] == UInt8(ascii: "\n") else {
                at += 1
                continue
            }
            lines.append(Array(text[start..<at]))
            at += isReturn && at + 1 < text.count && text[at + 1] == UInt8(ascii: "\n") ? 2 : 1
            start = at
        }
        lines.append(Array(text[start...]))
        return lines
    }
}
