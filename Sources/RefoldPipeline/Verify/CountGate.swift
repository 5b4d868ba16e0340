import RefoldBytes

/// Whether the index holds as many documents as live, matching, non-empty aggregates gave, minus the refused ones.
enum CountGate {
    static func judge(readModel: String, found: Int, expected: Int) -> GateResult {
        guard found != expected else {
            return GateResult(.count, .passed, readModel: readModel, "\(grouped(found)) documents")
        }
        return GateResult(
            .count,
            .failed,
            readModel: readModel,
            "the index holds \(grouped(found)) documents, \(grouped(expected)) were written"
        )
    }
}

/// Whether the new index has not fewer documents than a share of the serving one.
enum ShareGate {
    static func judge(readModel: String, found: Int, serving: Int?, share: Double) -> GateResult {
        guard let serving, serving > 0 else {
            return GateResult(.share, .skipped, readModel: readModel, "no documents serve yet")
        }
        let text = "\(grouped(found)) documents, \(grouped(serving)) serve; the least share is \(share)"
        let isEnough = Double(found) >= Double(serving) * share
        return GateResult(.share, isEnough ? .passed : .failed, readModel: readModel, text)
    }
}
