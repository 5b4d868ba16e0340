/// Text compared, hashed and measured by its UTF-8 bytes, never by Swift characters.
///
/// Swift's `String` holds NFC and NFD spellings equal; keys, ids and field names of events must not.
public struct ByteString: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The bytes, as they came.
    public var bytes: [UInt8]

    /// Takes bytes as they are; whether they are valid UTF-8 is the reader's concern.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Copies a sequence of bytes.
    public init(copying bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// The UTF-8 bytes of a Swift string.
    public init(_ string: String) { bytes = Array(string.utf8) }

    /// The UTF-8 bytes of a literal.
    public init(stringLiteral value: StaticString) {
        bytes = value.withUTF8Buffer { Array($0) }
    }

    /// The number of UTF-8 bytes.
    public var count: Int { bytes.count }

    /// Whether there are no bytes.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text as a Swift string; bytes that are not UTF-8 become U+FFFD.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The text as a Swift string.
    public var description: String { string }

    /// Order of the bytes as unsigned numbers, a prefix before what it begins.
    public static func < (left: ByteString, right: ByteString) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
