import RefoldBytes
import RefoldWire
import Testing

@Suite struct WireEndpointTests {
    @Test(arguments: [
        ("ftp://127.0.0.1", "neither"), ("127.0.0.1:9200", "no address"), ("http://", "no address"),
        ("https://u:p@host", "credentials"), ("https://host/?x=1", "query"),
        ("http://search.example.com", "plain http"),
        ("http://127.0.0.1.example.com", "plain http"),
    ])
    func `an address that cannot be used is refused`(address: String, word: String) throws {
        let error = try #require(throws: WireError.self) { try WireEndpoint(address: address) }
        #expect(error.reason == .address)
        #expect(error.message.contains(word))
        #expect(!error.description.contains("u:p"))
    }

    @Test(arguments: [
        "http://127.0.0.1:9200/", "http://localhost", "http://[::1]:9200", "https://host/prefix/",
    ])
    func `an address loses the slash at its end`(address: String) throws {
        let endpoint = try WireEndpoint(address: address)
        #expect(!endpoint.address.hasSuffix("/"))
        #expect(endpoint.isLoopback == address.hasPrefix("http://"))
    }

    @Test func `plain http leaves the machine only when allowed`() throws {
        #expect(
            try WireEndpoint(address: "http://search.example.com", allowsPlainHTTP: true).isLoopback == false
        )
    }

    @Test func `nothing listens: not sent, unreachable`() async throws {
        // Port 9 (discard) is closed on loopback unless someone opened it.
        let client = try WireClient(try WireEndpoint(address: "http://127.0.0.1:9"))
        let error = try await #require(throws: WireError.self) {
            try await client.send(WireRequest(.get, "/"))
        }
        #expect(error.reason == .unreachable)
        #expect(error.progress == .notSent)
        #expect(error.isPassing)
    }

    @Test func `a path is encoded byte by byte`() {
        #expect(WireRequest.encoded("a b/é%-._~") == "a%20b%2F%C3%A9%25-._~")
    }
}
