import RefoldBytes
import RefoldTestKit
import RefoldWire
import Testing

@Suite(.timeLimit(.minutes(2))) struct WireFailureTests {
    @Test func `a server that went away: unreachable, not sent`() async throws {
        let server = try FaultServer()
        let client = try WireClient(of: server)
        _ = try await client.send(WireRequest(.get, "/"))
        server.close()
        let error = try await client.failure(WireRequest(.post, "/_bulk", isSentOnce: true))
        #expect(error.reason == .unreachable)
        #expect(error.progress == .notSent)
        #expect(error.kind == .targetUnavailable)
        #expect(error.isPassing)
    }

    @Test func `no answer within the deadline: lost, unanswered`() async throws {
        try await withServer { _ in
            .hang
        } during: { server in
            let client = try WireClient(of: server)
            let error = try await client.failure(WireRequest(.get, "/", deadline: .milliseconds(200)))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
            #expect(error.isPassing)
            await server.wait { $0.hangUps == 1 }
        }
    }

    @Test func `an answer that stalls in its middle is given up`() async throws {
        var limits = WireLimits()
        limits.stall = .seconds(1)
        try await withServer { _ in
            .hang
        } during: { server in
            let error = try await WireClient(of: server, limits: limits).failure(WireRequest(.get, "/"))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
        }
    }

    @Test(arguments: [
        Reaction.dropReply, .resetBefore, .resetAfterRequest, .cutReply(bytes: 0), .cutReply(bytes: 1),
    ])
    func `a reply that is lost or cut: lost, unanswered`(reaction: Reaction) async throws {
        try await withServer { _ in
            reaction
        } during: { server in
            let body = RequestBody(Array("{}".utf8))
            let error = try await WireClient(of: server)
                .failure(WireRequest(.post, "/", body: body, isSentOnce: true))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
            #expect(error.isPassing)
            #expect(server.requests.count == 1)
        }
    }

    /// Why `isSentOnce` exists: without it the effect would be there twice, unseen.
    @Test(arguments: [Reaction.dropReply, .resetAfterRequest], [false, true])
    func `libcurl repeats a request on a used connection that closes, unless it is sent once`(
        fault: Reaction,
        isSentOnce: Bool
    ) async throws {
        try await withServer {
            $0.path == "/effect" && $0.call == 1 ? fault : .ok
        } during: { server in
            let client = try WireClient(of: server)
            _ = try await client.send(WireRequest(.get, "/"))
            let request = WireRequest(
                .post,
                "/effect",
                body: RequestBody(Array("{}".utf8)),
                isSentOnce: isSentOnce
            )
            if isSentOnce {
                let error = try await client.failure(request)
                #expect(error.reason == .lost)
                #expect(error.progress == .unanswered)
            } else if case .dropReply = fault {
                _ = try await client.send(request)
            } else {
                // After a reset libcurl may or may not repeat: no promise is made.
                _ = try? await client.send(request)
            }
            let effects = server.requests.filter { $0.path == "/effect" }
            if isSentOnce {
                #expect(effects.count == 1)
                #expect(effects.first?.connection == 2)
            } else if case .dropReply = fault {
                #expect(effects.count == 2)
            }
        }
    }

    @Test func `of 200 requests that are sent once none comes twice, whatever fails`() async throws {
        try await withServer { request in
            switch request.number % 5 {
            case 0: .dropReply
            case 1: .resetBefore
            case 2: .cutReply(bytes: 1)
            default: .ok
            }
        } during: { server in
            let client = try WireClient(of: server)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        _ = try? await client.send(WireRequest(.post, "/\(number)", isSentOnce: true))
                    }
                }
            }
            #expect(Set(server.requests.map(\.path)).count == 200)
            #expect(server.requests.count == 200)
        }
    }

    @Test func `cancelling the task ends the transfer at once`() async throws {
        try await withServer { _ in
            .hang
        } during: { server in
            let client = try WireClient(of: server)
            let task = Task { try await client.failure(WireRequest(.post, "/", deadline: .seconds(600))) }
            await server.wait { $0.requests.count == 1 }
            task.cancel()
            let error = try await task.value
            #expect(error.reason == .cancelled)
            #expect(error.progress == .unanswered)
            #expect(error.kind == .interrupted)
            // Not merely forgotten: the server sees the connection close.
            await server.wait { $0.hangUps == 1 }
        }
    }

    @Test func `a task that is cancelled before it sends sends nothing`() async throws {
        try await withServer { _ in
            .ok
        } during: { server in
            let client = try WireClient(of: server)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.failure(WireRequest(.get, "/"))
            }
            let error = try await task.value
            #expect(error.reason == .cancelled)
            #expect(error.progress == .notSent)
            #expect(server.log.connections == 0)
        }
    }

    @Test func `closing a client ends its requests as cancelled, and later ones too`() async throws {
        try await withServer { _ in
            .hang
        } during: { server in
            let client = try WireClient(of: server)
            let tasks = (0..<8).map { number in
                Task { try await client.failure(WireRequest(.get, "/\(number)")) }
            }
            await server.wait { $0.requests.count == 8 }
            client.close()
            for task in tasks {
                let error = try await task.value
                #expect(error.reason == .cancelled)
                #expect(error.progress == .unanswered)
            }
            await server.wait { $0.hangUps == 8 }
            let late = try await client.failure(WireRequest(.get, "/late"))
            #expect(late.reason == .cancelled)
            #expect(late.progress == .notSent)
        }
    }

    @Test func `what speaks no HTTP is no server of ours, and no fault of libcurl`() async throws {
        try await withServer { _ in
            .raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
        } during: { server in
            let error = try await WireClient(of: server).failure(WireRequest(.get, "/"))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
            #expect(error.message == "what answers there does not speak HTTP")
        }
    }
}
