import Foundation

/// A server on loopback that requests are sent on to, each over a connection of its own.
struct Upstream: Sendable {
    private let port: UInt16
    private let host: String

    /// Takes `http://127.0.0.1:PORT` or `http://localhost:PORT`.
    init(_ url: String) throws {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let port = parts.port,
            let narrow = UInt16(exactly: port), parts.host == "127.0.0.1" || parts.host == "localhost"
        else { throw TestKitError("'\(url)' is no http://127.0.0.1:PORT") }
        self.port = narrow
        host = "127.0.0.1:\(narrow)"
    }

    /// Sends it and waits for the whole answer.
    func exchange(_ request: Request) throws -> Answer {
        let descriptor = try Socket.connect(port: port)
        defer { Socket.close(descriptor) }
        let own: Set = ["host", "connection", "content-length", "transfer-encoding", "expect", "keep-alive"]
        var head = "\(request.method) \(request.path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
        for (name, value) in request.headers.sorted(by: { $0.key < $1.key }) where !own.contains(name) {
            head += "\(name): \(value)\r\n"
        }
        let announcesBody = !request.body.isEmpty || request.headers["content-length"] != nil
        if announcesBody { head += "Content-Length: \(request.body.count)\r\n" }
        // A server may answer before it has read everything, as with 413: the answer counts, not the failed send.
        _ = Socket.send(Array("\(head)\r\n".utf8) + request.body, to: descriptor)
        var reader = MessageReader(descriptor)
        do { return try reader.answer(to: request.method) } catch {
            throw TestKitError("\(host) ended without a whole answer")
        }
    }
}
