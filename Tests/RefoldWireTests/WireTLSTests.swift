import Foundation
import RefoldBytes
import RefoldTestKit
import RefoldWire
import Testing

/// The server's side of TLS is the `openssl` program's.
@Suite(.timeLimit(.minutes(2))) struct WireTLSTests {
    @Test func `a certificate that signs itself is refused without its file and taken with it`() async throws
    {
        try await withTLSServer { port, certificate in
            let address = "https://127.0.0.1:\(port)"
            let stranger = try WireClient(try WireEndpoint(address: address))
            let error = try await stranger.failure(WireRequest(.get, "/"))
            #expect(error.reason == .tls)
            #expect(error.progress == .notSent)
            #expect(error.kind == .notPermitted)
            #expect(!error.isPassing)
            #expect(error.fix?.contains("tls: { ca: FILE }") == true)

            let client = try WireClient(try WireEndpoint(address: address, caFile: certificate))
            #expect(try await client.send(WireRequest(.get, "/")).status == 200)
        }
    }

    @Test func `a certificate of another name is refused`() async throws {
        try await withTLSServer { port, certificate in
            let endpoint = try WireEndpoint(address: "https://localhost:\(port)", caFile: certificate)
            let error = try await WireClient(endpoint).failure(WireRequest(.get, "/"))
            #expect(error.reason == .tls)
            #expect(error.progress == .notSent)
        }
    }

    @Test func `a file of authorities that is not there is told with its name`() async throws {
        try await withServer { _ in
            .hang
        } during: { server in
            let address = "https://127.0.0.1:\(server.port)"
            let endpoint = try WireEndpoint(address: address, caFile: "/no/such/ca.pem")
            let error = try await WireClient(endpoint).failure(WireRequest(.get, "/"))
            #expect(error.reason == .tls)
            #expect(error.fix?.contains("/no/such/ca.pem") == true)
        }
    }

    @Test func `TLS to a port that never answers: not sent`() async throws {
        let silent = try SilentPort()
        defer { silent.close() }
        let client = try WireClient(try WireEndpoint(address: "https://127.0.0.1:\(silent.port)"))
        let error = try await client.failure(WireRequest(.post, "/", deadline: .milliseconds(300)))
        #expect(error.reason == .unreachable)
        #expect(error.progress == .notSent)
    }

    @Test func `TLS to a port that speaks plain HTTP: tls, not sent`() async throws {
        try await withServer { _ in
            .ok
        } during: { server in
            let client = try WireClient(try WireEndpoint(address: "https://127.0.0.1:\(server.port)"))
            let error = try await client.failure(WireRequest(.get, "/", deadline: .seconds(5)))
            #expect(error.reason == .tls || error.reason == .unreachable)
            #expect(error.progress == .notSent)
        }
    }

    @Test func `plain HTTP to a port that speaks TLS: unanswered`() async throws {
        try await withTLSServer { port, _ in
            let client = try WireClient(try WireEndpoint(address: "http://127.0.0.1:\(port)"))
            let error = try await client.failure(WireRequest(.get, "/"))
            #expect(error.reason == .lost)
            #expect(error.progress == .unanswered)
        }
    }
}

/// A server of TLS with a fresh certificate for 127.0.0.1 that signs itself.
private func withTLSServer(_ body: (UInt16, String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "refold-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
        do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "ca.pem").path)
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/env")
    openssl.arguments =
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            "/CN=refold-test",
        ]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    try #require(openssl.terminationStatus == 0, "openssl req")
    // It tells the port that it took in its first line: ACCEPT 127.0.0.1:PORT.
    let server = try KeptProcess(
        ["openssl", "s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"]
    )
    var port: UInt16?
    while port == nil, let line = await server.nextLine() {
        if line.hasPrefix("ACCEPT"), let word = line.split(separator: ":").last { port = UInt16(word) }
    }
    do { try await body(try #require(port), certificate) } catch {
        try server.kill()
        throw error
    }
    try server.kill()
}
