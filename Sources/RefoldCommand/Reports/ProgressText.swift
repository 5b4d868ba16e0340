package import RefoldPipeline

extension ProgressReport {
    /// The report as one line: `fold 44%  954,102 of 2,133,823 events  1,204,000/s  accounts-000017.jsonl.zst`.
    package var line: String {
        var line = phase.rawValue
        if let total, total > 0 {
            line +=
                " \(Int(100 * min(1, Double(done) / Double(total))))%  \(quantity(done)) of \(quantity(total))"
        } else {
            line += "  \(quantity(done))"
        }
        if unit != "bytes" { line += " \(unit)" }
        if let rate, rate.isFinite, rate >= 1, rate < 1e15 { line += "  \(quantity(Int(rate)))/s" }
        return subject.isEmpty ? line : "\(line)  \(subject)"
    }

    private func quantity(_ number: Int) -> String { unit == "bytes" ? byteText(number) : grouped(number) }
}
