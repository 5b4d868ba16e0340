internal import CCurl

/// Why a transfer brought no answer, as libcurl tells it.
struct TransferFailure: Sendable {
    enum Kind: Sendable {
        case cancelled
        case broken
        case overLimit
        case curl(code: Int32)
    }
    var kind: Kind
    var wasSent: Bool
    var words = ""

    static func cancelled(wasSent: Bool) -> TransferFailure {
        TransferFailure(kind: .cancelled, wasSent: wasSent)
    }

    static var broken: TransferFailure { TransferFailure(kind: .broken, wasSent: false) }

    /// The error that tells of it.
    func error(at endpoint: WireEndpoint) -> WireError {
        let progress: WireError.Progress = wasSent ? .unanswered : .notSent
        let place = endpoint.address
        switch kind {
        case .cancelled:
            return WireError(.cancelled, "the request was cancelled", progress: progress, place: place)
        case .broken: return WireError(.fault, "libcurl refuses a request", progress: progress, place: place)
        case .overLimit:
            return WireError(.tooLong, "the answer does not end", progress: progress, place: place)
        case .curl(let code): return curlError(code, progress, endpoint)
        }
    }

    private func curlError(
        _ code: Int32,
        _ progress: WireError.Progress,
        _ endpoint: WireEndpoint
    )
        -> WireError
    {
        let place = endpoint.address
        let reason: WireError.Code
        let message: String
        var fix: String?
        switch Int(refold_wire_failure_of(code)) {
        case refold_wire_failure_resolve:
            (reason, message) = (.unreachable, "the host's name has no address")
            fix = "check the host in the target's url"
        case refold_wire_failure_connect:
            (reason, message) = (.unreachable, "nothing answers at that address")
            fix = "check that the engine runs and that its port can be reached from here"
        case refold_wire_failure_tls:
            (reason, message) = (.tls, "TLS does not come about")
            fix = "check that the port speaks TLS 1.2 or later"
        case refold_wire_failure_certificate:
            (reason, message) = (.tls, "the server's certificate does not verify")
            fix =
                endpoint.caFile == nil
                ? "name the authority that signed it: tls: { ca: FILE }"
                : "check that tls.ca holds the authority that signed it, and that the url has the name it was made for"
        case refold_wire_failure_ca_file:
            (reason, message) = (.tls, "the file of authorities cannot be read")
            fix = "check tls.ca: \(endpoint.caFile ?? "the system's")"
        case refold_wire_failure_timeout:
            (reason, message) =
                progress == .notSent
                ? (.unreachable, "the server does not answer in time")
                : (.lost, "the answer did not come in time")
        case refold_wire_failure_lost: (reason, message) = (.lost, "the connection was lost")
        case refold_wire_failure_protocol:
            (reason, message) = (.lost, "what answers there does not speak HTTP")
            fix = "check the scheme and the port in the target's url"
        case refold_wire_failure_url: (reason, message) = (.address, "the address is refused")
        default: (reason, message) = (.fault, "the transfer failed")
        }
        return WireError(reason, message, progress: progress, place: place, cause: words, fix: fix)
    }
}

extension TransferResult {
    /// What an ended transfer brought.
    init(of transfer: OpaquePointer) {
        let code = refold_transfer_code(transfer)
        guard code != 0 else {
            var length = 0
            let bytes = refold_transfer_answer(transfer, &length)
            let seconds = refold_transfer_retry_after(transfer)
            self = .answered(
                WireAnswer(
                    status: refold_transfer_status(transfer),
                    body: Array(UnsafeBufferPointer(start: bytes, count: length)),
                    retryAfter: seconds < 0 ? nil : .seconds(seconds)
                )
            )
            return
        }
        let isOverLimit = refold_transfer_is_over_limit(transfer) != 0
        self = .failed(
            TransferFailure(
                kind: isOverLimit ? .overLimit : .curl(code: code),
                wasSent: refold_transfer_was_sent(transfer) != 0,
                words: String(cString: refold_transfer_error(transfer))
            )
        )
    }
}
