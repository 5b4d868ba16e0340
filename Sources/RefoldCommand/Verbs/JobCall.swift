import RefoldIndex
import RefoldLedger
import RefoldManifest
import RefoldModel
import RefoldPipeline

/// A command on a job: the job as it was read, where its state lies, and the words to call it again.
struct JobCall: Sendable {
    /// The job.
    let job: JobDefinition
    /// The job file, as it was typed.
    let file: String
    /// Where its state lies, absolute.
    let stateFolder: String
    private let invocation: VerbInvocation

    /// Reads the job that the first argument names; the state folder is told before anything else.
    init(_ invocation: VerbInvocation) throws {
        self.invocation = invocation
        file = try invocation.arguments.required(0)
        stateFolder = StateFolder.of(job: file, invocation)
        invocation.diagnostics.line("state folder \(stateFolder)")
        job = try invocation.job(at: file)
    }

    /// The ledger, to be looked at; nil: there is none yet.
    func ledger() throws -> Ledger? { try Ledger.toLookAt(folder: stateFolder) }

    /// The ledger, or nil with a word on it when it is somebody else's: a plan stands on archive and target.
    func readableLedger() throws -> Ledger? {
        do throws(LedgerError) { return try Ledger.toLookAt(folder: stateFolder) } catch {
            guard error.reason == .notPermitted else { throw error }
            invocation.tell(error)
            return nil
        }
    }

    /// Runs a body with the target open.
    func withEnvironment<Value>(_ body: (RunEnvironment) async throws -> Value) async throws -> Value {
        try await withTarget(job.target, of: invocation) { target in try await body(environment(target)) }
    }

    private func environment(_ target: any IndexTarget) -> RunEnvironment {
        let io = invocation.io
        let diagnostics = invocation.diagnostics
        return RunEnvironment(
            stateFolder: stateFolder,
            target: target,
            engine: ParallelFold(
                types: invocation.types,
                workers: job.replay.shards ?? MachineLimits.cores,
                now: { io.uptime().seconds }
            ),
            lister: FolderArchiveLister(),
            now: io.now,
            random: { UInt64.random(in: .min ... .max) },
            progress: diagnostics.show,
            remark: diagnostics.line,
            stop: invocation.stop,
            exitStatus: { [firstSignal = invocation.firstSignal] kind in
                Int((kind.map { ExitStatus($0, signal: firstSignal()) } ?? .done).rawValue)
            },
            invocation: invocation.words(job: file)
        )
    }
}

extension VerbInvocation {
    /// The words that find the same state and target again from the same folder.
    func words(job: String) -> RefoldPipeline.Invocation {
        func typed(_ options: [OptionDeclaration]) -> [String] {
            options.flatMap { option in arguments.values(option).map { "\(option.typed)=\($0)" } }
        }
        // A verb on a run has no job file beside which it would look.
        var besideJob: [String] = []
        let folder = StateFolder.of(job: job, self)
        if !job.isEmpty, folder != StateFolder.withoutJob(self, exists: { _ in true }) {
            let beside = job.lastIndex(of: "/").map { String(job[...$0]) } ?? ""
            besideJob = ["\(OptionDeclaration.stateFolder.typed)=\(beside)\(StateFolder.name)"]
        }
        return RefoldPipeline.Invocation(
            jobFile: job,
            jobOptions: typed([.stateFolder, .target, .set]),
            replayOptions: typed([.shards, .memory])
                + [OptionDeclaration.salvage, .noProgress].filter(arguments.has).map(\.typed),
            runOptions: typed([.stateFolder, .target]) + besideJob,
            namesTarget: arguments.value(.target) != nil
                || environment[EnvironmentVariable.target]?.isEmpty == false,
            folder: io.workingFolder
        )
    }
}

extension VerbInvocation {
    /// Tells that a ledger was left out.
    func tell(_ closed: LedgerError) {
        diagnostics.line(
            "warning: \(closed.message): \(closed.place ?? ""); what the target says is told without it"
        )
    }

    /// A name for a folder of temporary files that no other command has; nothing is made.
    func newWorkFolder() -> String {
        let parent = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : io.absolute($0) } ?? "/tmp"
        return "\(parent)/refold-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}

/// Runs a body with a target open, and closes it whatever the end.
func withTarget<Value>(
    _ definition: TargetDefinition,
    of invocation: VerbInvocation,
    _ body: (any IndexTarget) async throws -> Value
) async throws -> Value {
    let target = try definition.open(
        environment: invocation.environment,
        isStopping: { [stop = invocation.stop] in stop.isRequested },
        remark: invocation.diagnostics.line
    )
    let result: Result<Value, any Error>
    do { result = .success(try await body(target)) } catch { result = .failure(error) }
    do { try await target.close() } catch {
        // Of two failures the first is the one to tell.
        if case .success = result { throw error }
    }
    return try result.get()
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
