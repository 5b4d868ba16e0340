import RefoldBytes
import RefoldIndex
import RefoldLedger
package import RefoldModel

/// Runs a Rebuild job: from an archive to a verified, swapped read model.
///
/// The phases are files of their own; here is only their order, and what is durable between them. An unfinished run of
/// the same identity goes on where it was.
package struct RebuildRun: Sendable {
    private let job: JobDefinition
    private let environment: RunEnvironment
    private let options: RunOptions

    /// All parts.
    package init(job: JobDefinition, environment: RunEnvironment, options: RunOptions = RunOptions()) {
        self.job = job
        self.environment = environment
        self.options = options
    }

    /// Runs the job to an end that it reports, or throws with everything noted that a resumption needs.
    ///
    /// Throws ``PipelineError`` with the command to type next.
    package func run() async throws(PipelineError) -> RunReport {
        do { return try await lockedRun() } catch {
            var told = error
            told.next = told.next ?? error.usualNext(environment.invocation)
            throw told
        }
    }

    private func lockedRun() async throws(PipelineError) -> RunReport {
        let ledger: Ledger
        do { ledger = try Ledger(folder: environment.stateFolder) } catch { throw PipelineError(error) }
        let locks = try RunLocks(
            aliases: job.allAliases,
            stateFolder: environment.stateFolder,
            targetLock: environment.target.lockPath,
            now: environment.now()
        )
        // The locks live as long as the run: the kernel takes them back when they go.
        defer { withExtendedLifetime(locks) {} }
        try reach(.beforePlan)
        let begun = try await RunBeginning(
            job: job,
            environment: environment,
            options: options,
            ledger: ledger
        )
        .begin()
        return try await RunLoop(run: begun.run, locks: locks).go(from: begun.state)
    }
}
