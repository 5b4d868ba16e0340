import Foundation
import RefoldBytes
import RefoldTestKit
import RefoldWire
import Testing

@Suite(.timeLimit(.minutes(2))) struct WireSecretsTests {
    private static let secret = "s3cr3t:with/odd characters é"

    @Test func `name and password arrive with the first request`() async throws {
        try await withServer { _ in
            .answer(401)
        } during: { server in
            let client = try WireClient(
                of: server,
                authentication: .basic(user: "rebuilder", password: Self.secret)
            )
            #expect(try await client.send(WireRequest(.get, "/")).status == 401)
            let expected = Data("rebuilder:\(Self.secret)".utf8).base64EncodedString()
            #expect(server.requests.map { $0.headers["authorization"] } == ["Basic \(expected)"])
        }
    }

    @Test func `a header of one's own arrives`() async throws {
        try await withServer { _ in
            .ok
        } during: { server in
            let client = try WireClient(of: server, authentication: .header("Bearer \(Self.secret)"))
            _ = try await client.send(WireRequest(.get, "/"))
            #expect(server.requests.first?.headers["authorization"] == "Bearer \(Self.secret)")
        }
    }

    @Test(arguments: [
        WireEndpoint.Authentication.basic(user: "rebuilder", password: secret), .header("Bearer \(secret)"),
    ])
    func `no error tells a credential`(authentication: WireEndpoint.Authentication) async throws {
        try await withServer { request in
            switch request.path {
            case "/drop": .dropReply
            case "/reset": .resetBefore
            case "/cut": .cutReply(bytes: 1)
            case "/raw": .raw(Array("no HTTP\r\n".utf8))
            default: .hang
            }
        } during: { server in
            let client = try WireClient(of: server, authentication: authentication)
            var errors: [WireError] = []
            for path in ["/drop", "/reset", "/cut", "/raw", "/hang"] {
                errors.append(
                    try await client.failure(
                        WireRequest(.get, path, deadline: .milliseconds(500), isSentOnce: true)
                    )
                )
            }
            server.close()
            errors.append(try await client.failure(WireRequest(.get, "/refused")))
            client.close()
            errors.append(try await client.failure(WireRequest(.get, "/closed")))
            let encoded = Data("rebuilder:\(Self.secret)".utf8).base64EncodedString()
            for error in errors {
                let text = "\(error) \(String(reflecting: error))"
                for secret in [Self.secret, "s3cr3t", "rebuilder", encoded] {
                    #expect(!text.contains(secret), "\(error.reason)")
                }
                #expect(text.contains("127.0.0.1"))
            }
        }
    }

    @Test(arguments: [
        WireEndpoint.Authentication.basic(user: "rebuilder", password: secret), .header("Bearer \(secret)"),
    ])
    func `no way of printing an endpoint tells its credentials`(
        authentication: WireEndpoint.Authentication
    ) throws {
        let endpoint = try WireEndpoint(address: "http://127.0.0.1:1", authentication: authentication)
        var dumped = ""
        dump(endpoint, to: &dumped)
        for text in ["\(endpoint)", String(reflecting: endpoint), dumped, "\(authentication)"] {
            #expect(!text.contains("s3cr3t"))
            #expect(!text.contains("rebuilder"))
        }
    }

    @Test(arguments: ["Bearer a\r\nX-Other: b", "Bearer a\n", "Bearer a\0b"])
    func `a header with a line's end is refused before anything is sent`(value: String) throws {
        let error = try #require(throws: WireError.self) {
            try WireEndpoint(address: "http://127.0.0.1:1", authentication: .header(value))
        }
        #expect(error.reason == .address)
        #expect(!error.description.contains("Bearer"))
    }
}
