internal import Foundation

/// Where a server is and how a client shows itself there.
public struct WireEndpoint: Sendable {
    /// Credentials, resolved; printed without their values, by whatever way.
    public enum Authentication: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
        CustomReflectable
    {
        /// None.
        case none
        /// Name and password.
        case basic(user: String, password: String)
        /// The value of the `Authorization` header: a bearer token or an API key.
        case header(String)

        /// The kind.
        public var description: String {
            switch self {
            case .none: "none"
            case .basic: "basic"
            case .header: "header"
            }
        }
        /// The kind.
        public var debugDescription: String { description }
        /// Without children, which would be the values.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

    /// The address without a slash at its end, as it may be printed.
    public let address: String
    /// Credentials.
    public let authentication: Authentication
    /// The file of the authorities that count, PEM; nil: the system's.
    public let caFile: String?
    /// Whether the link stays on this machine.
    public let isLoopback: Bool

    /// Checks an address: http or https, a host, no credentials in it; plain http goes to loopback alone unless allowed.
    ///
    /// A header's value is one line. Throws `wire.address`.
    public init(
        address: String,
        authentication: Authentication = .none,
        caFile: String? = nil,
        allowsPlainHTTP: Bool = false
    ) throws(WireError) {
        guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty
        else {
            throw WireError(
                .address,
                "'\(address)' is no address of a server",
                fix: "write https://HOST:PORT"
            )
        }
        guard parts.user == nil, parts.password == nil else {
            throw WireError(
                .address,
                "the address holds credentials",
                place: "\(scheme)://\(host)",
                fix: "take them out and name them under auth, by reference"
            )
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw WireError(.address, "the address ends in a query", place: "\(scheme)://\(host)")
        }
        if case .header(let value) = authentication,
            value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        {
            throw WireError(
                .address,
                "the value of the Authorization header holds a line's end or another control character",
                place: address,
                fix: "look at the end of the secret that auth refers to"
            )
        }
        isLoopback = WireEndpoint.isLoopback(host)
        switch scheme {
        case "https": break
        case "http":
            guard isLoopback || allowsPlainHTTP else {
                throw WireError(
                    .address,
                    "plain http would show documents and credentials to the network",
                    place: address,
                    fix: "use https, or set allowPlainHTTP: true"
                )
            }
        default:
            throw WireError(.address, "'\(scheme)' is neither http nor https", place: address)
        }
        var trimmed = Substring(address)
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        self.address = String(trimmed)
        self.authentication = authentication
        self.caFile = caFile
    }

    private static func isLoopback(_ host: String) -> Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        if bare == "localhost" || bare == "::1" { return true }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
