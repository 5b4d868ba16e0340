import RefoldTestKit
import RefoldWire
import Testing

extension WireClient {
    /// A client of a test's server.
    convenience init(
        of server: FaultServer,
        authentication: WireEndpoint.Authentication = .none,
        limits: WireLimits = WireLimits()
    ) throws {
        let endpoint = try WireEndpoint(address: server.url, authentication: authentication)
        try self.init(endpoint, limits: limits)
    }

    /// The error of a request that must bring none.
    func failure(
        _ request: WireRequest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws
        -> WireError
    {
        try await #require(throws: WireError.self, sourceLocation: sourceLocation) {
            try await self.send(request)
        }
    }
}

/// Runs a body with a server that does what the rule says, and closes it.
func withServer(
    upstream: String? = nil,
    _ rule: @escaping @Sendable (Request) -> Reaction,
    during body: (FaultServer) async throws -> Void
) async throws {
    let server = try FaultServer(upstream: upstream, rule: rule)
    defer { server.close() }
    try await body(server)
}
