import RefoldWire

extension IndexError {
    /// The run shall stop.
    static var interrupted: IndexError {
        IndexError(.interrupted, "the run was stopped", fix: "run the same command: it resumes")
    }

    /// What can be done about an engine that does not do what it was asked.
    static let clusterFix = "see that the cluster is well, then run the same command: it goes on"
    /// What can be done about missing index shards.
    static let primariesFix =
        "wait until the index's primaries are back, then run the same command: it goes on"

    /// A request that may have had its effect.
    static func lost(_ path: String, cause: String, at endpoint: WireEndpoint) -> IndexError {
        IndexError(
            .unavailable,
            "the answer to a request was lost",
            place: endpoint.address + path,
            cause: cause,
            fix: "see that the cluster is well, then run the same command: it looks what became of it first"
        )
    }

    /// A request without an answer.
    init(_ error: WireError) {
        let reason: Code =
            switch error.reason {
            case .address: .refused
            case .unreachable, .lost, .tooLong, .fault: .unavailable
            case .tls: .notPermitted
            case .cancelled: .interrupted
            }
        self.init(reason, error.message, place: error.place, cause: error.cause, fix: error.fix)
    }
}

extension WireError {
    /// What went wrong and why, for the one who waits.
    var words: String { cause.map { "\(message): \($0)" } ?? message }
}
