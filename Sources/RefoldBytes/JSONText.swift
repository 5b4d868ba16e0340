/// How JSON strings and values become canonical text (FOLD, section F).
///
/// Only `"`, `\` and U+0000–001F are escaped: `\b \t \n \f \r` short, the others as `\u00xx` in lower case.
package enum JSONText {
    /// Appends the canonical form of a string whose raw text (between the quotes, escapes checked) is given.
    package static func appendCanonical(raw: Span<UInt8>, to output: inout [UInt8]) {
        forEachPiece(of: raw) { piece in
            switch piece {
            case .plain(let range): output.append(contentsOf: raw, in: range)
            case .unit(let byte): appendEscaped(byte, to: &output)
            case .scalar(let value): appendUTF8(value, to: &output)
            }
        }
    }

    /// Appends the unescaped bytes of a string whose raw text is given.
    package static func appendUnescaped(raw: Span<UInt8>, to output: inout [UInt8]) {
        forEachPiece(of: raw) { piece in
            switch piece {
            case .plain(let range): output.append(contentsOf: raw, in: range)
            case .unit(let byte): output.append(byte)
            case .scalar(let value): appendUTF8(value, to: &output)
            }
        }
    }

    /// Appends the canonical form, quotes included, of unescaped bytes.
    package static func appendQuoted(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in bytes { appendEscaped(byte, to: &output) }
        output.append(UInt8(ascii: "\""))
    }

    private enum Piece {
        /// Bytes that stand for themselves.
        case plain(Range<Int>)
        /// An escape for one ASCII character.
        case unit(UInt8)
        /// An escape for a character beyond ASCII.
        case scalar(UInt32)
    }

    /// Lone surrogates become U+FFFD (FOLD R7).
    private static func forEachPiece(of raw: Span<UInt8>, _ body: (Piece) -> Void) {
        var start = 0
        var at = 0
        let count = raw.count
        while at < count {
            guard raw[at] == UInt8(ascii: "\\"), at + 1 < count else {
                at += 1
                continue
            }
            if start < at { body(.plain(start..<at)) }
            let escape = raw[at + 1]
            at += 2
            if escape == UInt8(ascii: "u") {
                let value = scalar(in: raw, at: &at)
                body(value < 0x80 ? .unit(UInt8(value)) : .scalar(value))
            } else {
                body(.unit(character(ofShort: escape)))
            }
            start = at
        }
        if start < count { body(.plain(start..<count)) }
    }

    private static func scalar(in raw: Span<UInt8>, at place: inout Int) -> UInt32 {
        let unit = fourDigits(in: raw, at: place)
        place += 4
        guard unit >= 0xD800, unit <= 0xDFFF else { return unit }
        guard unit < 0xDC00, place + 6 <= raw.count, raw[place] == UInt8(ascii: "\\"),
            raw[place + 1] == UInt8(ascii: "u")
        else { return 0xFFFD }
        let low = fourDigits(in: raw, at: place + 2)
        guard low >= 0xDC00, low <= 0xDFFF else { return 0xFFFD }
        place += 6
        return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
    }

    private static func fourDigits(in raw: Span<UInt8>, at place: Int) -> UInt32 {
        guard place + 4 <= raw.count else { return 0xFFFD }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let digit = raw[place + offset]
            value = value << 4 | UInt32(digit <= UInt8(ascii: "9") ? digit & 15 : (digit & 15) + 9)
        }
        return value
    }

    private static func character(ofShort escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "r"): 13
        default: escape
        }
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        case 0x20...: output.append(byte)
        case 8: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "b")])
        case 9: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
        case 10: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
        case 12: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "f")])
        case 13: output.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
        default:
            output.append(contentsOf: "\\u00".utf8)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 15))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func appendUTF8(_ value: UInt32, to output: inout [UInt8]) {
        switch value {
        case ..<0x80: output.append(UInt8(value))
        case ..<0x800:
            output.append(UInt8(0xC0 | value >> 6))
            output.append(UInt8(0x80 | value & 0x3F))
        case ..<0x10000:
            output.append(UInt8(0xE0 | value >> 12))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        default:
            output.append(UInt8(0xF0 | value >> 18 & 7))
            output.append(UInt8(0x80 | value >> 12 & 0x3F))
            output.append(UInt8(0x80 | value >> 6 & 0x3F))
            output.append(UInt8(0x80 | value & 0x3F))
        }
    }
}

extension Array where Element == UInt8 {
    /// Appends a part of a span in one copy.
    package mutating func append(contentsOf span: Span<UInt8>, in range: Range<Int>) {
        span.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
