/// How long and how much a client waits for.
public struct WireLimits: Sendable, Hashable {
    /// For name, connection and TLS together.
    public var connect: Duration = .seconds(10)
    /// Without a byte in either direction; an engine may think that long before it answers.
    public var stall: Duration = .seconds(120)
    /// Bytes of one answer.
    public var answerBytes = 256 << 20
    /// Connections kept open.
    public var connections = 16
    /// libcurl's buffer for uploads: with its default a large body is sent in many small pieces.
    public var uploadBufferBytes = 1 << 20

    /// The defaults.
    public init() {}
}

extension Duration {
    /// Whole milliseconds, at least one.
    var milliseconds: Int {
        let parts = components
        return max(1, Int(parts.seconds) * 1_000 + Int(parts.attoseconds / 1_000_000_000_000_000))
    }
}
