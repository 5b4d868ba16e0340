/// Where ledger, spills and snapshots of a command are kept.
///
/// `--state-dir`, else `REFOLD_STATE_DIR`, else `.refold` beside the job file; a verb without a job uses `.refold` of
/// the working folder when there is one, else none: then the target alone is asked.
package enum StateFolder {
    /// Its usual name.
    package static let name = ".refold"

    /// The folder of a command with a job file, absolute.
    package static func of(job: String, _ invocation: VerbInvocation) -> String {
        if let chosen = chosen(invocation) { return chosen }
        let path = invocation.io.absolute(job)
        return (path.lastIndex(of: "/").map { path[...$0] } ?? "/") + name
    }

    /// The folder of a command without a job file, absolute; nil when there is none.
    package static func withoutJob(_ invocation: VerbInvocation, exists: (String) -> Bool) -> String? {
        if let chosen = chosen(invocation) { return chosen }
        let beside = invocation.io.absolute(name)
        return exists(beside) ? beside : nil
    }

    private static func chosen(_ invocation: VerbInvocation) -> String? {
        let option = invocation.arguments.value(.stateFolder)
        let variable = invocation.environment[EnvironmentVariable.stateFolder].flatMap {
            $0.isEmpty ? nil : $0
        }
        return (option ?? variable).map(invocation.io.absolute)
    }
}
