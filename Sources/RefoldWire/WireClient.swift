internal import CCurl
import Synchronization

/// A client of one server: connections are kept, every wait has an end, nothing is repeated.
///
/// Isolation: a value to be used from any task; transfers run on one thread of its own.
/// Errors: ``WireError``, which says whether the request may have had its effect. A status is no error.
/// Environment: libcurl reads `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`.
public final class WireClient: Sendable {
    /// Where requests go.
    public let endpoint: WireEndpoint
    private let limits: WireLimits
    private let loop: WireLoop

    /// libcurl's version, with its TLS library's.
    public static var library: String { String(cString: refold_wire_library()) }

    /// A client without a connection yet.
    public init(_ endpoint: WireEndpoint, limits: WireLimits = WireLimits()) throws(WireError) {
        guard WireClient.isUsable else { throw WireError(.fault, "libcurl cannot be used") }
        self.endpoint = endpoint
        self.limits = limits
        loop = try WireLoop(connections: limits.connections)
    }

    deinit { loop.close() }

    /// Closes all connections; requests under way end as cancelled.
    public func close() { loop.close() }

    /// Sends one request and waits for its answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer.
    public func send(_ request: WireRequest) async throws(WireError) -> WireAnswer {
        let transfer = try made(request)
        let number = loop.freshNumber()
        refold_transfer_set_tag(transfer.handle, number)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(number, transfer, body: request.body) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            loop.cancel(number)
        }
        loop.forget(number)
        switch result {
        case .answered(let answer): return answer
        case .failed(let failure): throw failure.error(at: endpoint)
        }
    }

    private static let isUsable = refold_wire_global_init() == 0

    private func made(_ request: WireRequest) throws(WireError) -> Transfer {
        let body = request.body
        let made = withOptions { options in
            refold_transfer_create(
                options,
                request.method.rawValue,
                endpoint.address + request.path,
                body?.address,
                body?.count ?? 0,
                request.deadline.milliseconds,
                limits.answerBytes
            )
        }
        guard let made else { throw WireError(.fault, "a request cannot be made", place: endpoint.address) }
        var headers: [String] = []
        if body != nil {
            headers.append("Content-Type: \(request.content.rawValue)")
            if request.isGzip { headers.append("Content-Encoding: gzip") }
        } else if request.method == .post || request.method == .put {
            // Some gateways answer 411 to these methods without a length.
            headers.append("Content-Length: 0")
        }
        if case .header(let value) = endpoint.authentication { headers.append("Authorization: \(value)") }
        for header in headers where refold_transfer_add_header(made, header) == 0 {
            refold_transfer_destroy(made)
            throw WireError(.fault, "a request cannot be made", place: endpoint.address)
        }
        if request.isSentOnce { refold_transfer_use_own_connection(made) }
        return Transfer(handle: made)
    }

    private func withOptions<R>(_ body: (UnsafePointer<refold_wire_options>) -> R) -> R {
        var user: String?
        var password: String?
        if case .basic(let name, let secret) = endpoint.authentication { (user, password) = (name, secret) }
        return withText(endpoint.caFile) { ca in
            withText(user) { user in
                withText(password) { password in
                    var options = refold_wire_options(
                        ca_file: ca,
                        user: user,
                        password: password,
                        connect_milliseconds: limits.connect.milliseconds,
                        stall_seconds: Int(limits.stall.components.seconds),
                        upload_buffer_bytes: limits.uploadBufferBytes,
                        is_loopback: endpoint.isLoopback ? 1 : 0
                    )
                    return body(&options)
                }
            }
        }
    }

    private func withText<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
}

/// One transfer of libcurl: one owner at a time, first the task that makes it, then the loop's thread.
struct Transfer: @unchecked Sendable {
    let handle: OpaquePointer
}
