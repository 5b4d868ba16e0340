#if FAILPOINTS
#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
#endif

/// The named places where a test may kill, stop, hold or fail a run; debug builds only.
///
/// `REFOLD_FAILPOINT=name[:kill|:stop|:fail|:wait=PATH]` names one; without an action it kills. The places are: before
/// each phase, before and after each effect that cannot be repeated blindly.
public enum Failpoint: String, Sendable, CaseIterable {
    /// Before the plan phase.
    case beforePlan = "plan.before"
    /// Before the fold phase.
    case beforeFold = "fold.before"
    /// Before a checkpoint is written to the ledger.
    case beforeCheckpoint = "fold.before-checkpoint"
    /// After a checkpoint was written to the ledger.
    case afterCheckpoint = "fold.after-checkpoint"
    /// Before the index phase.
    case beforeIndex = "index.before"
    /// Before an index is created; the intent is in the ledger.
    case beforeCreate = "index.before-create"
    /// After an index was created; the result is not in the ledger yet.
    case afterCreate = "index.after-create"
    /// Before a batch is loaded.
    case beforeLoad = "index.before-load"
    /// After a batch was loaded, before its documents are noted.
    case afterLoad = "index.after-load"
    /// After a shard was loaded, before the ledger has it.
    case beforeShardDone = "index.before-shard-done"
    /// Before the settle phase.
    case beforeSettle = "settle.before"
    /// After an index was settled, before the ledger has it.
    case afterSettle = "settle.after"
    /// Before the verify phase.
    case beforeVerify = "verify.before"
    /// After the gates, before the index is marked ready.
    case beforeReady = "verify.before-ready"
    /// Before the cut-over phase.
    case beforeCutOver = "cut-over.before"
    /// Before the swap; the intent is in the ledger.
    case beforeSwap = "cut-over.before-swap"
    /// After the swap; the result is not in the ledger yet.
    case afterSwap = "cut-over.after-swap"
    /// After the swap was noted, before the indices are marked.
    case beforeMarks = "cut-over.before-marks"
    /// Before the retire phase.
    case beforeRetire = "retire.before"
    /// Before an index is deleted; the intent is in the ledger.
    case beforeDelete = "retire.before-delete"
    /// After an index was deleted; the result is not in the ledger yet.
    case afterDelete = "retire.after-delete"
    /// Before the run is noted as ended.
    case beforeEnd = "end.before"
    /// Before a rollback moves the alias; the hold is set.
    case beforeRollback = "rollback.before-swap"
    /// After a rollback moved the alias.
    case afterRollback = "rollback.after-swap"
}

/// What a failpoint with the action `fail` throws.
public struct FailpointError: Failure {
    /// The place.
    public var point: Failpoint
    /// A fault, as far as a scheduler can see.
    public var kind: FailureKind { .internalFault }
    /// The fixed word.
    public var code: String { "failpoint" }
    /// What went wrong.
    public var message: String { "failpoint \(point.rawValue) was told to fail" }
    /// Nowhere.
    public var place: String? { nil }
    /// The environment asked for it.
    public var cause: String? { "REFOLD_FAILPOINT is set" }
    /// Unset it.
    public var fix: String? { "unset REFOLD_FAILPOINT" }
}

extension Failpoint {
    /// Does what the environment asks for at this place; in release builds nothing, at no cost.
    @inlinable
    public static func reach(_ point: Failpoint) throws(FailpointError) {
        #if FAILPOINTS
        try act(at: point)
        #endif
    }

    #if FAILPOINTS
    /// The place at which this task and its children fail, whatever the environment says: for tests of one process.
    @TaskLocal package static var failing: Failpoint?

    /// Reads the environment once a call: a failpoint is reached a few hundred times a run.
    @usableFromInline
    static func act(at point: Failpoint) throws(FailpointError) {
        if failing == point { throw FailpointError(point: point) }
        guard let setting = getenv("REFOLD_FAILPOINT").map({ String(cString: $0) }), !setting.isEmpty else {
            return
        }
        let parts = setting.split(separator: ":", maxSplits: 1)
        guard parts.first.map(String.init) == point.rawValue else { return }
        let action = parts.count > 1 ? String(parts[1]) : "kill"
        switch action {
        case "kill": kill(getpid(), SIGKILL)
        case "stop": kill(getpid(), SIGSTOP)
        case "fail": throw FailpointError(point: point)
        case _ where action.hasPrefix("wait="): hold(until: String(action.dropFirst("wait=".count)))
        default: throw FailpointError(point: point)
        }
    }

    /// Says that the place is reached by `PATH.reached`, then waits until PATH exists.
    private static func hold(until path: String) {
        let reached = open(path + ".reached", O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        if reached >= 0 { close(reached) }
        while access(path, F_OK) != 0 { usleep(5_000) }
    }
    #endif
}
