/// Checks of a text before libyaml sees it, so that every refusal has a line and a column.
enum YAMLText {
    /// What is wrong, and at which byte.
    struct Refusal: Error {
        var message: String
        var offset: Int
    }

    /// Takes away a byte order mark; refuses other encodings, invalid UTF-8 and control characters.
    static func checked(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Refusal(message: "the text is UTF-16", offset: 0)
        }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var decoder = UTF8()
        var input = text.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&input) {
            case .scalarValue(let scalar):
                guard isAllowed(scalar) else {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    throw Refusal(message: "the text holds the control character U+\(code)", offset: offset)
                }
                offset += UTF8.encode(scalar)?.count ?? 1
            case .emptyInput: return text
            case .error: throw Refusal(message: "the text is not valid UTF-8", offset: offset)
            }
        }
    }

    /// YAML's printable characters.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x85: true
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD: true
        case 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// Line and column of a byte, both from 1; invalid bytes count as one character each.
    static func position(of offset: Int, in bytes: [UInt8]) -> YAMLEvent.Position {
        let before = bytes.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return .init(line: line, column: before[start...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
