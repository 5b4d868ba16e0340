import Foundation

/// Reads HTTP/1.1 messages from a connection: bodies by length, by chunks or up to the end.
struct MessageReader {
    struct Header {
        /// In lower case.
        var name: String
        var value: String
    }
    struct RequestMessage {
        var method: String
        var path: String
        var headers: [Header]
        var body: [UInt8]
    }
    /// The connection ended inside a message, or what came is no HTTP.
    struct Broken: Error {}

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let longestHead = 1 << 20

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    mutating func request() throws -> RequestMessage {
        let words = try line().split(separator: " ")
        guard words.count == 3 else { throw Broken() }
        let headers = try headers()
        if headers.first(named: "expect")?.lowercased() == "100-continue" {
            guard Socket.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), to: descriptor) else {
                throw Broken()
            }
        }
        return RequestMessage(
            method: String(words[0]),
            path: String(words[1]),
            headers: headers,
            body: try body(headers) ?? []
        )
    }

    mutating func answer(to method: String) throws -> Answer {
        var status = 0
        var headers: [Header] = []
        // What comes before the answer proper, as 100, has no body.
        while status < 200 {
            let words = try line().split(separator: " ")
            guard words.count >= 2, let number = Int(words[1]) else { throw Broken() }
            status = number
            headers = try self.headers()
        }
        let hasBody = method != "HEAD" && status != 204 && status != 304
        let bytes = hasBody ? try body(headers) ?? rest() : []
        let dropped: Set = ["connection", "keep-alive", "transfer-encoding"]
        var kept = Dictionary(headers.map { ($0.name, $0.value) }) { first, next in "\(first), \(next)" }
        kept = kept.filter { !dropped.contains($0.key) && (!hasBody || $0.key != "content-length") }
        return Answer(status: status, headers: kept, body: bytes)
    }

    private mutating func headers() throws -> [Header] {
        var headers: [Header] = []
        while true {
            let line = try line()
            guard !line.isEmpty else { return headers }
            guard let colon = line.firstIndex(of: ":") else { throw Broken() }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append(Header(name: line[..<colon].lowercased(), value: value))
        }
    }

    /// The body as its headers announce it; nil: they do not.
    private mutating func body(_ headers: [Header]) throws -> [UInt8]? {
        if headers.first(named: "transfer-encoding")?.lowercased() == "chunked" {
            var body: [UInt8] = []
            while true {
                let size = try line().prefix { $0 != ";" }
                guard let count = Int(size, radix: 16), count >= 0 else { throw Broken() }
                guard count > 0 else { break }
                body += try bytes(count)
                guard try line().isEmpty else { throw Broken() }
            }
            _ = try self.headers()
            return body
        }
        guard let length = headers.first(named: "content-length") else { return nil }
        guard let count = Int(length), count >= 0 else { throw Broken() }
        return try bytes(count)
    }

    private mutating func line() throws -> String {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { buffer.removeFirst(end + 1) }
                return String(decoding: buffer[..<end], as: UTF8.self).trimmingCharacters(in: .newlines)
            }
            searched = buffer.count
            guard searched < Self.longestHead, let more = Socket.receive(descriptor, atMost: 64 << 10) else {
                throw Broken()
            }
            buffer += more
        }
    }

    private mutating func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = Array(buffer.prefix(count))
        buffer.removeFirst(bytes.count)
        bytes.reserveCapacity(count)
        while bytes.count < count {
            guard let more = Socket.receive(descriptor, atMost: min(count - bytes.count, 1 << 20)) else {
                throw Broken()
            }
            bytes += more
        }
        return bytes
    }

    private mutating func rest() -> [UInt8] {
        while let more = Socket.receive(descriptor, atMost: 1 << 20) { buffer += more }
        defer { buffer = [] }
        return buffer
    }
}

extension [MessageReader.Header] {
    func first(named name: String) -> String? { first { $0.name == name }?.value }
}
