import RefoldBytes

/// Whether the rejects that nobody accepted are within the budget.
enum RejectsGate {
    /// How many stale entries are named.
    private static let named = 3

    static func judge(_ rejects: [Reject], accepted: AcceptedRejects, budget: Int) -> GateResult {
        let open = rejects.filter { !accepted.covers($0) }
        let stale = accepted.stale(given: rejects)
        var text =
            "\(grouped(rejects.count, "reject", "rejects")), \(grouped(rejects.count - open.count)) of them accepted; the budget is \(grouped(budget))"
        if !stale.isEmpty {
            let more = stale.count > named ? ", …" : ""
            text += "; stale, \(grouped(stale.count)) accepted no longer occur: "
            text += stale.prefix(named).map(\.words).joined(separator: ", ") + more
        }
        let isWorthTelling = !open.isEmpty || !stale.isEmpty
        return GateResult(
            .rejects,
            open.count > budget ? .failed : isWorthTelling ? .reported : .passed,
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

extension AcceptedRejects.Entry {
    /// Where and why, for people.
    fileprivate var words: String {
        let document = (readModel.map { "\($0)/" } ?? "") + (key ?? "")
        let place = segment.map { segment in line.map { "\(segment):\($0)" } ?? segment } ?? document
        return "\(place) \(why)" + (field.map { " of \($0)" } ?? "")
    }
}
