import RefoldBytes

/// Whether the rejects that nobody accepted are within the budget.
enum RejectsGate {
    static func judge(_ rejects: [Reject], accepted: AcceptedRejects, budget: Int) -> GateResult {
        let open = rejects.filter { !accepted.covers($0) }
        let stale = accepted.stale(given: rejects)
        var text =
            "\(rejects.count) rejects, \(rejects.count - open.count) of them accepted; the budget is \(budget)"
        if !stale.isEmpty { text += "; \(stale.count) accepted ones no longer occur" }
        return GateResult(
            .rejects,
            open.count <= budget ? .passed : .failed,
            text,
            examples: open.prefix(10).map(\.words)
        )
    }
}

extension Reject {
    /// Where and why, for people.
    package var words: String {
        let place = segment.map { "\($0):\(line ?? 0)" } ?? "\(readModel ?? "")/\(key ?? "")"
        return "\(place) \(why)"
    }
}
