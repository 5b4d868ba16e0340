import RefoldIndex

/// Whether a rollback has set a hold on the read model's alias.
enum HeldGate {
    static func judge(_ own: [TargetDescription.Index], alias: String, readModel: String) -> GateResult {
        guard let held = own.first(where: { $0.mark?.hold != nil }), let hold = held.mark?.hold else {
            return GateResult(.held, .passed, readModel: readModel, "\(alias) is not held")
        }
        return GateResult(
            .held,
            .failed,
            readModel: readModel,
            "\(alias) is held since \(hold.since): run \(hold.run) was rolled back; `refold rollback --release \(alias)` lets runs swap again",
            examples: [held.identity.name]
        )
    }
}
