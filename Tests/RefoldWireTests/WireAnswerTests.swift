import RefoldBytes
import RefoldTestKit
import RefoldWire
import Testing

@Suite(.timeLimit(.minutes(2))) struct WireAnswerTests {
    @Test func `requests one after the other share a connection`() async throws {
        try await withServer {
            .answer(200, "text/plain", "\($0.number)")
        } during: { server in
            let client = try WireClient(of: server)
            for number in 1...20 {
                let answer = try await client.send(WireRequest(.get, "/a"))
                #expect(answer.body == Array("\(number)".utf8))
            }
            #expect(server.log.connections == 1)
        }
    }

    @Test(arguments: [WireRequest.Method.get, .head, .put, .post, .delete])
    func `every method goes out with its path as given, with and without a body`(
        method: WireRequest.Method
    ) async throws {
        try await withServer { _ in
            .ok
        } during: { server in
            let client = try WireClient(of: server)
            _ = try await client.send(WireRequest(method, "/a%2Fb/_doc/%C3%A9?x=1&y=%20"))
            if method != .head {
                let body = RequestBody(Array("{}\n".utf8))
                _ = try await client.send(WireRequest(method, "/_bulk", body: body, content: .lines))
            }
            let requests = server.requests
            #expect(requests.first?.method == method.rawValue)
            #expect(requests.first?.path == "/a%2Fb/_doc/%C3%A9?x=1&y=%20")
            #expect(requests.first?.headers["content-type"] == nil)
            let mayHaveBody = method == .put || method == .post
            #expect(requests.first?.headers["content-length"] == (mayHaveBody ? "0" : nil))
            if method != .head {
                #expect(requests.last?.text == "{}\n")
                #expect(requests.last?.headers["content-type"] == "application/x-ndjson")
            }
            #expect(server.log.connections == 1)
        }
    }

    @Test(arguments: [
        (400, nil), (404, nil), (409, nil), (413, nil), (429, 7), (500, nil), (502, nil), (503, 120),
        (504, nil),
    ])
    func `a status is an answer, with the wait that the server asks for`(
        status: Int,
        seconds: Int?
    ) async throws {
        let headers = seconds.map { ["Retry-After": "\($0)"] } ?? [:]
        try await withServer { _ in
            .answer(status, "text/html", "<p>no</p>", headers: headers)
        } during: { server in
            let answer = try await WireClient(of: server).send(WireRequest(.post, "/_bulk"))
            #expect(answer.status == status)
            #expect(answer.body == Array("<p>no</p>".utf8))
            #expect(answer.retryAfter == seconds.map { .seconds($0) })
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is an answer and is not followed`(status: Int) async throws {
        try await withServer {
            .answer(status, headers: ["Location": "\($0.path)/elsewhere"])
        } during: { server in
            let client = try WireClient(of: server, authentication: .header("Bearer t0ken"))
            #expect(try await client.send(WireRequest(.get, "/a")).status == status)
            #expect(server.requests.map(\.path) == ["/a"])
        }
    }

    @Test func `an answer in gzip is unpacked, and one that is damaged is lost`() async throws {
        let text = Array(String(repeating: "{\"took\":1}", count: 5_000).utf8)
        var packed = ByteBuffer()
        try GzipEncoder.encode(text.span.bytes, into: &packed)
        let whole = Answer(headers: ["Content-Encoding": "gzip"], body: packed.array())
        var damaged = whole
        for place in 20..<40 { damaged.body[place] ^= 0x55 }
        try await withServer { [damaged] in
            .answer($0.path == "/whole" ? whole : damaged)
        } during: { server in
            let client = try WireClient(of: server)
            #expect(try await client.send(WireRequest(.get, "/whole")).body == text)
            #expect(server.requests.first?.headers["accept-encoding"] == "gzip")
            let error = try await client.failure(WireRequest(.get, "/damaged"))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
        }
    }

    @Test func `an answer over the limit is too long, also one that only unpacks to it`() async throws {
        let text = [UInt8](repeating: 0x20, count: 100_001)
        var packed = ByteBuffer()
        try GzipEncoder.encode(text.span.bytes, into: &packed)
        let bomb = Answer(headers: ["Content-Encoding": "gzip"], body: packed.array())
        var limits = WireLimits()
        limits.answerBytes = 100_000
        try await withServer { request in
            switch request.path {
            case "/fits": .answer(Answer(body: Array(text.dropLast())))
            case "/bomb": .answer(bomb)
            default: .answer(Answer(body: text))
            }
        } during: { server in
            let client = try WireClient(of: server, limits: limits)
            #expect(try await client.send(WireRequest(.get, "/fits")).body.count == 100_000)
            for path in ["/over", "/bomb"] {
                let error = try await client.failure(WireRequest(.get, path))
                #expect(error.reason == .tooLong)
                #expect(error.progress == .unanswered)
                #expect(!error.isPassing)
            }
        }
    }

    @Test func `a body of 30 MB arrives whole and waits for no permission`() async throws {
        var state: UInt64 = 42
        var bytes = [UInt8](repeating: 0, count: 30_000_000)
        for place in stride(from: 0, to: bytes.count, by: 977) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes[place] = UInt8(truncatingIfNeeded: state >> 56)
        }
        try await withServer { _ in
            .ok
        } during: { [bytes] server in
            let client = try WireClient(of: server)
            let request = WireRequest(.post, "/_bulk", body: RequestBody(bytes), content: .lines)
            for _ in 1...2 { #expect(try await client.send(request).status == 200) }
            #expect(server.requests.allSatisfy { $0.body == bytes && $0.headers["expect"] == nil })
            #expect(server.log.connections == 1)
        }
    }

    @Test func `64 requests at once are all answered, each with its own answer`() async throws {
        // None is answered before all have come: they must really be under way together.
        let gate = Gate(64)
        try await withServer { request in
            gate.pass()
            return .answer(200, "text/plain", request.path)
        } during: { server in
            let client = try WireClient(of: server)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let body = RequestBody([UInt8](repeating: UInt8(number), count: 10_000))
                        let answer = try await client.send(WireRequest(.post, "/\(number)", body: body))
                        return answer.body == Array("/\(number)".utf8)
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(server.requests.count == 64)
            for request in server.requests {
                #expect(request.body.allSatisfy { "/\($0)" == request.path })
            }
        }
    }
}
