import RefoldBytes
package import RefoldPipeline

extension ProgressReport {
    /// The report as one line: `fold 44%  954,102 of 2,133,823 events  1,204,000/s  accounts-000017.jsonl.zst`, and at
    /// the end `fold done: 2,133,823 events, 12 rejects`.
    package var line: String {
        if let outcome { return "\(phase.rawValue) done: \(outcome)" }
        var line = phase.rawValue
        if let total, total > 0 {
            let share = isStep ? 0 : Int(100 * min(1, Double(done) / Double(total)))
            // A share that cannot move, or has not yet, says less than the amounts do.
            if share > 0 { line += " \(share)%" }
            line += "  \(quantity(done)) of \(quantity(total))"
        } else {
            line += "  \(quantity(done))"
        }
        if unit != "bytes" { line += " \(unit)" }
        if let rate, rate.isFinite, rate >= 1, rate < 1e15 { line += "  \(quantity(Int(rate)))/s" }
        return subject.isEmpty ? line : "\(line)  \(subject)"
    }

    private func quantity(_ number: Int) -> String { unit == "bytes" ? byteText(number) : grouped(number) }
}

extension Diagnostics {
    /// Shows a report of the pipeline; the end of a phase always gets its line.
    func show(_ report: ProgressReport) {
        guard report.outcome == nil else { return endPhase(report.line) }
        progress(phase: report.phase.rawValue, report.line)
    }
}
