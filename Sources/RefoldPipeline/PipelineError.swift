package import RefoldBytes
import RefoldLedger

/// A failure of a run, its own or one that a room below reported.
package struct PipelineError: Failure {
    /// The fixed words of the pipeline's own failures.
    package enum Code: String, Sendable, CaseIterable {
        /// A fault of refold itself.
        case fault = "pipeline.fault"
        /// A signal ended the run.
        case interrupted = "pipeline.interrupted"
        /// Plan, archive, index or alias is not what it was.
        case moved = "pipeline.moved"
        /// A concrete index or table stands under the alias's name.
        case occupied = "pipeline.occupied"
        /// The definition changed and the version did not.
        case definitionChanged = "pipeline.definition_changed"
        /// The manifest asks for what is not built yet.
        case notBuilt = "pipeline.not_built"
        /// No such run, index or reject, or a name that fits several.
        case unknown = "pipeline.unknown"
        /// What is asked for may not be.
        case refused = "pipeline.refused"
        /// The archive is missing, empty or refused.
        case archive = "pipeline.archive"
        /// One aggregate's state is larger than a state can be.
        case aggregate = "pipeline.aggregate"
        /// More rejects than `abortAt`.
        case tooManyRejects = "pipeline.too_many_rejects"
        /// The local disk is full.
        case diskFull = "pipeline.disk_full"
        /// A local file cannot be used.
        case notPermitted = "pipeline.not_permitted"
        /// A file that this run wrote is not as it was written.
        case damaged = "pipeline.damaged"
        /// Whether the swap took effect could not be learned.
        case swapAmbiguous = "pipeline.swap_ambiguous"
        /// The target has no room, or cannot do what is asked.
        case target = "pipeline.target"

        /// The kind of each word.
        package var kind: FailureKind {
            switch self {
            case .fault, .damaged: .internalFault
            case .interrupted: .interrupted
            case .moved, .occupied: .moved
            case .definitionChanged, .notBuilt, .unknown, .refused: .usage
            case .archive, .aggregate: .archiveRefused
            case .tooManyRejects: .rejectsOverBudget
            case .diskFull: .localExhausted
            case .notPermitted: .notPermitted
            case .swapAmbiguous: .swapAmbiguous
            case .target: .targetUnavailable
            }
        }
    }
    /// The kind, which decides the exit status.
    package let kind: FailureKind
    /// The fixed word.
    package let code: String
    /// What went wrong.
    package var message: String
    /// Where.
    package var place: String?
    /// Why.
    package var cause: String?
    /// What mends it.
    package var fix: String?
    /// The command to type next, when one is known.
    package var next: String?
    /// Whether the same command fails again until the manifest is corrected.
    package var needsManifest = false

    /// What can be done about a fault of refold's own.
    package static let faultFix =
        "it is a fault of refold: keep this message, and type the same command again; if it comes again, --fresh"

    /// A failure of the pipeline's own.
    package init(
        _ code: Code,
        _ message: String,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        kind = code.kind
        self.code = code.rawValue
        self.message = message
        self.place = place
        self.cause = cause
        self.fix = fix ?? (code == .fault ? Self.faultFix : nil)
    }

    /// A gate's finding where no run is under way that would report it.
    init(_ gate: GateResult, fix: String) {
        kind = gate.name.kind
        code = "gate.\(gate.name.rawValue)"
        message = "gate \(gate.name.rawValue): \(gate.detail)"
        place = gate.readModel.map { "read model \($0)" }
        self.fix = fix
    }

    /// The command that goes on from this failure, where nothing better is known; nil: typed again it fails again.
    func usualNext(_ invocation: Invocation) -> String? {
        if needsManifest { return invocation.validate() }
        switch code {
        case LedgerError.Code.damaged.rawValue: return place.map { invocation.run(movingAway: $0) }
        case LedgerError.Code.newer.rawValue: return nil
        default: return invocation.run()
        }
    }

    /// The same failure, told by somebody whose aliases had moved before it came.
    func afterSwap(_ seen: String) -> PipelineError {
        var told = self
        told.message = "the aliases have moved, \(seen); then: \(message)"
        return told
    }

    /// A failure of a room below, as it was reported.
    package init(_ failure: any Failure) {
        kind = failure.kind
        code = failure.code
        message = failure.message
        place = failure.place
        cause = failure.cause
        fix = failure.fix
    }
}

/// Runs a step of a room below and reports its failure as the pipeline's.
///
/// Throws a ``PipelineError`` with the kind, code and words of what was thrown.
func reporting<Value, Problem: Failure>(
    _ step: () async throws(Problem) -> Value
) async throws(PipelineError) -> Value {
    do { return try await step() } catch { throw PipelineError(error) }
}
