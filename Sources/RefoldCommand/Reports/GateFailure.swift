package import RefoldBytes
package import RefoldPipeline

/// A gate that refused the swap, told as a failure.
package struct GateFailure: Failure {
    /// The gate.
    package let gate: GateResult

    /// Of one gate.
    package init(_ gate: GateResult) { self.gate = gate }

    /// The gate's kind.
    package var kind: FailureKind { gate.name.kind }
    /// `gate.behind`.
    package var code: String { "gate.\(gate.name.rawValue)" }
    /// What it found.
    package var message: String { "gate \(gate.name.rawValue): \(gate.detail)" }
    /// The read model.
    package var place: String? { gate.readModel.map { "read model \($0)" } }
    /// The first examples.
    package var cause: String? { gate.examples.isEmpty ? nil : gate.examples.joined(separator: "\n") }
    /// The report's `next:` line says it.
    package var fix: String? { nil }
}

extension GateResult {
    /// The gate as one line: `gate gaps reported (clients): 7 live aggregates have a gap`.
    var line: String {
        "gate \(name.rawValue) \(state.rawValue)\(readModel.map { " (\($0))" } ?? ""): \(detail)"
    }
}
