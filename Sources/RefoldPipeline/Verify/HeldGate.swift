import RefoldIndex

/// Whether a rollback has set a hold on the read model's alias.
enum HeldGate {
    /// `release` is the command that ends the hold.
    static func judge(
        _ own: [TargetDescription.Index],
        alias: String,
        readModel: String,
        release: String
    ) -> GateResult {
        guard let (hold, index) = own.hold else {
            return GateResult(.held, .passed, readModel: readModel, "\(alias) is not held")
        }
        return GateResult(
            .held,
            .failed,
            readModel: readModel,
            "\(alias) is held since \(hold.since): run \(hold.run) was rolled back; `\(release)` lets runs swap again",
            examples: [index]
        )
    }
}

extension [TargetDescription.Index] {
    /// The first hold that lies on one of them, and where.
    var hold: (hold: IndexMark.Hold, index: String)? {
        for index in self {
            if let hold = index.mark?.hold { return (hold, index.identity.name) }
        }
        return nil
    }
}

extension Invocation {
    /// The command that ends the holds on the job's aliases.
    var release: String { job("rollback", "--release") }
}
