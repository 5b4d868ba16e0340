internal import CSimdJSON

/// One value or member name on a ``JSONTape``.
///
/// A member's name is a string node right before its value; `next` is the index behind the node and its contents.
public struct JSONNode: BitwiseCopyable {
    /// What a node is.
    public enum Kind: UInt8, Sendable {
        /// `null`.
        case null
        /// `false`.
        case `false`
        /// `true`.
        case `true`
        /// A number; its text is the token.
        case number
        /// A string; its text stands between the quotes.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }
    /// Offset of the text.
    public var start: UInt32
    /// Bytes of the text; 0 for containers.
    public var length: UInt32
    /// Index of the node behind this one and all that it contains.
    public var next: UInt32
    /// The kind.
    public var rawKind: UInt8
    /// Bit 0: a backslash; bit 1: a lone surrogate.
    public var flags: UInt8
    private var reserved: UInt16

    /// The kind.
    @inlinable @inline(__always)
    public var kind: Kind { unsafeBitCast(rawKind, to: Kind.self) }
    /// The string has at least one backslash.
    @inlinable @inline(__always)
    public var isEscaped: Bool { flags & 1 != 0 }
    /// The bytes of the text.
    @inlinable @inline(__always)
    public var range: Range<Int> { Range(uncheckedBounds: (Int(start), Int(start) + Int(length))) }
}

/// One line of a text read by a ``JSONTape``, without its end.
package struct JSONLine {
    /// What a line is.
    package enum Kind: UInt8, Sendable {
        /// One JSON object.
        case object
        /// Spaces, tabs and carriage returns only.
        case blank
        /// Not UTF-8.
        case badUTF8
        /// Not one JSON object.
        case badJSON
    }
    /// Offset of the line.
    package var start: UInt32
    /// Bytes without the line end and one carriage return before it.
    package var length: UInt32
    /// Index of the object's node.
    package var firstNode: UInt32
    private var rawKind: UInt8
    private var flags: UInt8
    private var reserved: UInt16

    /// The kind.
    package var kind: Kind { Kind(rawValue: rawKind) ?? .badJSON }
    /// One of its strings has a surrogate that is no part of a pair.
    package var hasLoneSurrogate: Bool { flags & 2 != 0 }
    /// The bytes of the line.
    package var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}

/// Why a text is not JSON: the reject words of FOLD R5.
public enum JSONError: String, Error, Sendable {
    /// Not UTF-8.
    case badUTF8 = "bad_utf8"
    /// Not one value, or more than 1000 containers deep.
    case badJSON = "bad_json"
}

/// Lines of JSON as a flat tape of nodes: structure is checked, every scalar walked once, nothing copied.
///
/// Isolation: one owner; a worker keeps one and reads text after text with it.
/// Complexity: linear in the text; memory is kept between texts.
package struct JSONTape: ~Copyable {
    private let tape: OpaquePointer

    /// Bytes that must be readable behind every text.
    package static let padding = Int(REFOLD_JSON_PADDING)

    /// The version of the library behind it.
    package static var library: String { String(cString: refold_json_library()) }

    /// An empty tape.
    package init() {
        guard let made = refold_json_tape_create() else { preconditionFailure("out of memory") }
        tape = made
    }

    deinit { refold_json_tape_destroy(tape) }

    /// Reads all lines of a text and lends them with their nodes and the text itself.
    ///
    /// The text must have ``padding`` readable bytes behind its count and less than 4 GiB.
    package mutating func withLines<R, E: Error>(
        of text: UnsafeRawBufferPointer,
        _ body: (Span<JSONLine>, Span<JSONNode>, Span<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        precondition(text.count < UInt32.max)
        let bytes = text.assumingMemoryBound(to: UInt8.self)
        guard let base = bytes.baseAddress else { return try body(Span(), Span(), Span()) }
        guard refold_json_tape_read(tape, base, bytes.count) == 0 else {
            preconditionFailure("out of memory")
        }
        var count = 0
        // The C structs and their Swift mirrors have one layout (asserted by a test); the tape outlives the call.
        let lines = UnsafeRawPointer(refold_json_tape_lines(tape, &count))
        let lineBuffer = UnsafeBufferPointer(
            start: lines?.assumingMemoryBound(to: JSONLine.self),
            count: count
        )
        let nodes = UnsafeRawPointer(refold_json_tape_nodes(tape, &count))
        let nodeBuffer = UnsafeBufferPointer(
            start: nodes?.assumingMemoryBound(to: JSONNode.self),
            count: count
        )
        return try body(
            Span(_unsafeElements: lineBuffer),
            Span(_unsafeElements: nodeBuffer),
            Span(_unsafeElements: bytes)
        )
    }

    /// Reads one value of any kind that fills the text and lends its nodes, the value's own first.
    package mutating func withValue<R>(
        of text: ByteString,
        _ body: (Span<JSONNode>, Span<UInt8>) throws(JSONError) -> R
    ) throws(JSONError) -> R {
        let padded = text.bytes + [UInt8](repeating: 0, count: JSONTape.padding)
        let count = text.count
        let result: Result<R, JSONError> = padded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return .failure(.badJSON) }
            switch refold_json_tape_read_value(tape, base, count) {
            case 0: break
            case 1: preconditionFailure("out of memory")
            case 2: return .failure(.badUTF8)
            default: return .failure(.badJSON)
            }
            var nodeCount = 0
            let nodes = UnsafeRawPointer(refold_json_tape_nodes(tape, &nodeCount))
            let typed = UnsafeBufferPointer(
                start: nodes?.assumingMemoryBound(to: JSONNode.self),
                count: nodeCount
            )
            let whole = UnsafeBufferPointer(start: base, count: count)
            return Result { () throws(JSONError) in
                try body(Span(_unsafeElements: typed), Span(_unsafeElements: whole))
            }
        }
        return try result.get()
    }
}
