import Foundation
import RefoldTestKit
import RefoldWire
import Testing

/// Each starts engines of its own, so one after the other.
@Suite(.serialized, .timeLimit(.minutes(10))) struct SearchNodeTests {
    @Test(arguments: try NodeKind.judges())
    func `a shared node answers, and is the same when asked for again`(kind: NodeKind) async throws {
        let node = try await SearchNode.shared(kind)
        #expect(try node.exchange("GET", "/").text.contains(node.version))
        #expect(try await SearchNode.shared(kind) === node)
    }

    /// One engine stands for all here: each takes seconds to start.
    @Test(arguments: NodeKind.available().filter { $0 == .opensearch219 || $0.isEmulator })
    func `a node survives a kill and a restart with its data`(kind: NodeKind) async throws {
        try await SearchNode.withOwn(kind) { node in
            #expect(try node.exchange("PUT", "/a/_doc/1?refresh=true", "{\"x\":1}").status == 201)
            try node.kill()
            #expect(throws: TestKitError.self) { try node.exchange("GET", "/") }
            try await node.restart()
            if kind.keepsData {
                // Its shards open after its port.
                let path = "/_cluster/health/a?wait_for_status=yellow&timeout=60s"
                #expect(try node.exchange("GET", path).status == 200)
                #expect(try node.exchange("GET", "/a/_doc/1").status == 200)
            }
            try await node.stop()
            #expect(throws: TestKitError.self) { try node.exchange("GET", "/") }
        }
    }

    @Test(arguments: NodeKind.available().filter { $0 == .opensearch219 })
    func `a node of one's own takes settings: a body over its limit is 413`(kind: NodeKind) async throws {
        try await SearchNode.withOwn(kind, settings: ["http.max_content_length=1mb"]) { node in
            let client = try WireClient(try WireEndpoint(address: node.url))
            let body = RequestBody([UInt8](repeating: 0x20, count: 8 << 20))
            #expect(try await client.send(WireRequest(.post, "/_bulk", body: body)).status == 413)
        }
    }

    @Test(arguments: try NodeKind.judges([.opensearch219Secure]).filter { $0 == .opensearch219Secure })
    func `a secured node takes its authority's certificate and its users alone`(
        kind: NodeKind
    ) async throws {
        let node = try await SearchNode.shared(kind)
        let admin = WireEndpoint.Authentication.basic(user: "admin", password: "admin-secret")
        let stranger = WireEndpoint.Authentication.basic(user: "admin", password: "guessed")
        func client(_ who: WireEndpoint.Authentication, ca: String?) throws -> WireClient {
            try WireClient(try WireEndpoint(address: node.url, authentication: who, caFile: ca))
        }
        #expect(try await client(admin, ca: node.caFile).send(WireRequest(.get, "/")).status == 200)
        #expect(try await client(stranger, ca: node.caFile).send(WireRequest(.get, "/")).status == 401)
        let error = try await client(admin, ca: nil).failure(WireRequest(.get, "/"))
        #expect(error.reason == .tls)
    }

    /// A test process that is killed cannot clean up: the shell between does.
    @Test func `a program does not outlive whoever started it`() async throws {
        let keeper = try KeptProcess(["sh", "-c", "echo ready; exec sleep 600"])
        #expect(await keeper.nextLine() == "ready")
        #expect(Foundation.kill(keeper.id, 0) == 0)
        try keeper.kill()
        #expect(Foundation.kill(keeper.id, 0) != 0)
        #expect(await keeper.nextLine() == nil)
    }
}
