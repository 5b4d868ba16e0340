import RefoldTestKit
import RefoldWire
import Testing

@Suite(.timeLimit(.minutes(2))) struct FaultServerTests {
    /// Two servers, one behind the other; what the second has seen is the effect.
    private func withProxy(
        _ rule: @escaping @Sendable (Request) -> Reaction,
        during body: (_ proxy: FaultServer, _ upstream: FaultServer) async throws -> Void
    ) async throws {
        try await withServer {
            .answer(201, "text/plain", "\($0.method) \($0.path) \($0.text)")
        } during: { upstream in
            try await withServer(upstream: upstream.url, rule) { proxy in try await body(proxy, upstream) }
        }
    }

    @Test func `what passes comes back as the upstream gave it, over a connection that is kept`() async throws
    {
        try await withProxy { _ in
            .pass
        } during: { proxy, upstream in
            let client = try WireClient(of: proxy)
            for _ in 1...3 {
                let body = RequestBody(Array("x".utf8))
                let answer = try await client.send(WireRequest(.put, "/a?b=c", body: body))
                #expect(answer.status == 201)
                #expect(answer.body == Array("PUT /a?b=c x".utf8))
            }
            #expect(try await client.send(WireRequest(.head, "/a")).status == 201)
            #expect(proxy.log.connections == 1)
            #expect(upstream.requests.count == 4)
            #expect(upstream.requests.first?.headers["content-type"] == "application/json")
        }
    }

    @Test(arguments: [
        (Reaction.dropReply, 1), (.resetAfterRequest, 1), (.cutReply(bytes: 2), 1), (.resetBefore, 0),
        (.answer(502, "text/html", "<h1>502</h1>"), 0), (.raw([]), 0),
        (.delay(.milliseconds(1), then: .dropReply), 1),
    ])
    func `a fault has its effect on the upstream or none`(reaction: Reaction, effects: Int) async throws {
        try await withProxy { _ in
            reaction
        } during: { proxy, upstream in
            _ = try? await WireClient(of: proxy).send(WireRequest(.post, "/a", isSentOnce: true))
            #expect(proxy.requests.count == 1)
            #expect(upstream.requests.count == effects)
        }
    }

    @Test func `a delay passes on, and calls are counted by method and path`() async throws {
        try await withProxy {
            $0.call == 2 ? .answer(503) : .delay(.milliseconds(20))
        } during: { proxy, upstream in
            let client = try WireClient(of: proxy)
            var statuses: [Int] = []
            for path in ["/a?1", "/a?2", "/a?3", "/b"] {
                statuses.append(try await client.send(WireRequest(.get, path)).status)
            }
            #expect(statuses == [201, 503, 201, 201])
            #expect(proxy.requests.map(\.number) == [1, 2, 3, 4])
            #expect(upstream.requests.count == 3)
        }
    }

    @Test func `an upstream that is gone is a 502`() async throws {
        let upstream = try FaultServer()
        upstream.close()
        try await withServer(upstream: upstream.url) { _ in
            .pass
        } during: { proxy in
            let answer = try await WireClient(of: proxy).send(WireRequest(.get, "/"))
            #expect(answer.status == 502)
        }
    }
}
