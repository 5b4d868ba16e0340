package import RefoldBytes
package import RefoldIndex

/// What a run needs from outside: rooms below, clock, randomness, and who listens.
package struct RunEnvironment: Sendable {
    /// Where ledger, locks and work files lie.
    package var stateFolder: String
    /// The target, opened.
    package var target: any IndexTarget
    /// Folds the archive.
    package var engine: any FoldEngine
    /// Lists the archive.
    package var lister: any ArchiveLister
    /// Milliseconds since 1970.
    package var now: @Sendable () -> Int64
    /// Random bits for names.
    package var random: @Sendable () -> UInt64
    /// Hears of progress.
    package var progress: ProgressSink
    /// Hears one line that a person should read although the run goes on.
    package var remark: @Sendable (String) -> Void
    /// Asks for a stop.
    package var stop: StopSignal
    /// The exit status of a failure, nil being success; kept in the ledger.
    package var exitStatus: @Sendable (FailureKind?) -> Int
    /// How the commands printed as `next:` and `undo:` are typed.
    package var invocation: Invocation

    /// All parts.
    package init(
        stateFolder: String,
        target: any IndexTarget,
        engine: any FoldEngine,
        lister: any ArchiveLister,
        now: @escaping @Sendable () -> Int64,
        random: @escaping @Sendable () -> UInt64,
        progress: @escaping ProgressSink,
        remark: @escaping @Sendable (String) -> Void,
        stop: StopSignal,
        exitStatus: @escaping @Sendable (FailureKind?) -> Int,
        invocation: Invocation
    ) {
        self.stateFolder = stateFolder
        self.target = target
        self.engine = engine
        self.lister = lister
        self.now = now
        self.random = random
        self.progress = progress
        self.remark = remark
        self.stop = stop
        self.exitStatus = exitStatus
        self.invocation = invocation
    }
}

/// How one run is started.
package struct RunOptions: Sendable {
    /// Starts over instead of going on with an unfinished run.
    package var startsFresh = false
    /// Drops damaged frames instead of refusing the run.
    package var salvages = false
    /// The plan that was looked at; the run is refused when it no longer holds.
    package var plan: RunPlan?
    /// The file that it was read from, as it was typed.
    package var planFile: String?

    /// The defaults.
    package init() {}
}

/// Random bits from a closure, where a generator is asked for.
struct ClosureGenerator: RandomNumberGenerator {
    var bits: @Sendable () -> UInt64
    mutating func next() -> UInt64 { bits() }
}
