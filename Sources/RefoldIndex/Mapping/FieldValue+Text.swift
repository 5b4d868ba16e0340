#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What texts look like.
extension FieldValue {
    /// The number that a text says.
    static func double(_ text: Span<UInt8>) -> Double? {
        text.withUnsafeBufferPointer { Double(String(decoding: $0, as: UTF8.self)) }
    }

    /// Whether a text is a word.
    static func equals(_ text: Span<UInt8>, _ literal: StaticString) -> Bool {
        guard text.count == literal.utf8CodeUnitCount else { return false }
        return literal.withUTF8Buffer { bytes in bytes.indices.allSatisfy { bytes[$0] == text[$0] } }
    }

    /// Java's length, by which the engines count characters.
    static func utf16Count(_ text: Span<UInt8>) -> Int {
        var count = 0
        for place in 0..<text.count {
            let byte = text[place]
            if byte & 0xC0 != 0x80 { count += byte >= 0xF0 ? 2 : 1 }
        }
        return count
    }

    /// Whether a text is an IPv4 or IPv6 address.
    static func isAddress(_ text: Span<UInt8>) -> Bool {
        guard !text.isEmpty, text.count < 64 else { return false }
        let address = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        var room: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &room) { bytes in
            inet_pton(AF_INET, address, bytes.baseAddress) == 1
                || inet_pton(AF_INET6, address, bytes.baseAddress) == 1
        }
    }

    /// Whether a text is base64, with or without its padding.
    static func isBase64(_ text: Span<UInt8>) -> Bool {
        var padding = 0
        for place in 0..<text.count {
            switch text[place] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                if padding > 0 { return false }
            case UInt8(ascii: "="): padding += 1
            default: return false
            }
        }
        return padding <= 2 && (text.count - padding) % 4 != 1
    }
}
