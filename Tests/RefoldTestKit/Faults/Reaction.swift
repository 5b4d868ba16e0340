/// What a server does with one request that has come in whole.
///
/// Without an upstream, `.pass` and the replies that are dropped or cut are `200 {}`.
public indirect enum Reaction: Sendable {
    /// Forwards it and gives the upstream's answer back.
    case pass
    /// Answers itself; the upstream hears nothing.
    case answer(Answer)
    /// Sends these bytes instead of an answer, then closes.
    case raw([UInt8])
    /// Forwards it, waits for the answer, then closes in order without a byte: the effect is there, the reply is lost.
    case dropReply
    /// Resets the connection without forwarding: no effect, but the client cannot know.
    case resetBefore
    /// Forwards it, waits for the answer, then resets: the effect is there, the client sees `connection reset`.
    case resetAfterRequest
    /// Sends the head and that many bytes of the body, then closes; of the given answer, else of the upstream's.
    case cutReply(bytes: Int, of: Answer? = nil)
    /// Waits, then goes on; ends early when the client hangs up.
    case delay(Duration, then: Reaction = .pass)
    /// Never answers; ends when the client hangs up or the server is closed.
    case hang

    /// `200 {}`.
    public static var ok: Reaction { .answer(Answer()) }

    /// Answers itself, with text.
    public static func answer(
        _ status: Int,
        _ contentType: String = "application/json",
        _ body: String = "{}",
        headers: [String: String] = [:]
    ) -> Reaction {
        .answer(Answer(status: status, contentType: contentType, body: body, headers: headers))
    }
}

/// A request as it came.
public struct Request: Sendable {
    /// The method.
    public var method: String
    /// Path and query as they came.
    public var path: String
    /// Headers, names in lower case; of a repeated one the last.
    public var headers: [String: String]
    /// The body, whole, compressed if it was sent so.
    public var body: [UInt8]
    /// The place among all requests, from 1.
    public var number = 0
    /// The place among the requests of the same method and path (without its query), from 1.
    public var call = 0
    /// The place of its connection among all, from 1.
    public var connection: Int

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    var wantsClose: Bool { headers["connection"]?.lowercased() == "close" }

    init(_ message: MessageReader.RequestMessage, connection: Int) {
        (method, path) = (message.method, message.path)
        headers = Dictionary(message.headers.map { ($0.name, $0.value) }) { _, last in last }
        body = message.body
        self.connection = connection
    }

    init(_ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []) {
        (self.method, self.path, self.headers, self.body, connection) = (method, path, headers, body, 0)
    }
}

/// An answer to be sent.
public struct Answer: Sendable {
    /// The status.
    public var status: Int
    /// All headers but the body's length.
    public var headers: [String: String]
    /// The body.
    public var body: [UInt8]

    /// All parts; an empty JSON object when nothing is given.
    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8]) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// An answer of text.
    public init(
        status: Int = 200,
        contentType: String = "application/json",
        body: String = "{}",
        headers: [String: String] = [:]
    ) {
        let named = headers.merging(["Content-Type": contentType]) { own, _ in own }
        self.init(status: status, headers: named, body: Array(body.utf8))
    }

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    func bytes(for request: Request, cutAfter kept: Int? = nil) -> [UInt8] {
        var head = "HTTP/1.1 \(status) Status \(status)\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        // The head of an answer to HEAD tells the length of the body that GET would bring.
        if headers["content-length"] == nil { head += "Content-Length: \(body.count)\r\n" }
        let sent = request.method == "HEAD" ? [] : body.prefix(kept ?? body.count)
        return Array("\(head)\r\n".utf8) + sent
    }
}
