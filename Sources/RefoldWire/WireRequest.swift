package import RefoldBytes

/// The bytes of a request: owned, in one place, until the last transfer that sends them has ended.
public final class RequestBody: Sendable {
    private let buffer: ByteBuffer

    /// Takes a buffer over, without a copy.
    package init(_ buffer: consuming ByteBuffer) { self.buffer = buffer }

    /// A copy of the bytes.
    public init(_ bytes: [UInt8]) { buffer = ByteBuffer(copying: bytes) }

    /// The number of bytes.
    public var count: Int { buffer.count }

    /// Where the bytes lie; valid as long as this object, since the buffer is its own and never changes.
    var address: UnsafePointer<UInt8>? {
        buffer.withBytes { span in
            span.withUnsafeBytes { $0.baseAddress?.assumingMemoryBound(to: UInt8.self) }
        }
    }
}

/// One request.
public struct WireRequest: Sendable {
    /// The method.
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }
    /// What the body is.
    public enum Content: String, Sendable {
        case json = "application/json"
        case lines = "application/x-ndjson"
    }
    /// The method.
    public var method: Method
    /// Path and query, from the first slash; percent-encoded.
    public var path: String
    /// The body; nil: none.
    public var body: RequestBody?
    /// What the body is.
    public var content: Content
    /// Whether the body is compressed with gzip.
    public var isGzip: Bool
    /// How long the whole exchange may take.
    public var deadline: Duration
    /// Whether a connection of its own is made for it, so that no hidden repetition can happen.
    public var isSentOnce: Bool

    /// All parts.
    public init(
        _ method: Method,
        _ path: String,
        body: RequestBody? = nil,
        content: Content = .json,
        isGzip: Bool = false,
        deadline: Duration = .seconds(60),
        isSentOnce: Bool = false
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.content = content
        self.isGzip = isGzip
        self.deadline = deadline
        self.isSentOnce = isSentOnce
    }

    /// A segment of a path, percent-encoded byte by byte but for letters, digits and `-._~`.
    public static func encoded(_ segment: String) -> String {
        var path = ""
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                path.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                path += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return path
    }
}

/// What a server answered.
public struct WireAnswer: Sendable {
    /// The status, 100 to 599.
    public var status: Int
    /// The body, unpacked.
    public var body: [UInt8]
    /// What the server asks to wait before the next try.
    public var retryAfter: Duration?

    /// All parts.
    public init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}
