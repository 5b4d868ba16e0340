import RefoldBytes
import RefoldIndex
import RefoldModel

extension Planner {
    /// Whether another machine may be at work on a half-built index.
    ///
    /// A target in a file of this machine has a lock; in a search engine only the ledger of the run's own machine knows.
    func mayBeAlive(_ index: TargetDescription.Index) -> Bool {
        guard environment.target.lockPath == nil, let mark = index.mark, !ownRuns.contains(mark.run) else {
            return false
        }
        return mark.startedAt > Timestamp.iso8601(environment.now() - Planner.dayMilliseconds)
    }

    private static let dayMilliseconds: Int64 = 86_400_000

    func adoptionWarning(_ alias: String, _ serving: TargetDescription.Index) -> String {
        guard serving.identity.name != alias else {
            return
                "the concrete index \(alias) is replaced by an alias of its name, its documents copied first into"
                + " \(RunPlan.keptName(of: alias, at: Timestamp.iso8601(environment.now()))); what the archive does not"
                + " know stops the swap (gate behind) unless verify.behind is allow"
        }
        return
            "alias \(alias) points at \(serving.identity.name), which no run of refold built: documents in it that the"
            + " archive does not know stop the swap (gate behind) unless verify.behind is allow"
    }

    func cutoverWarnings() -> [String] {
        var warnings: [String] = []
        if job.cutover.keep < 2 {
            warnings.append("cutover.keep is \(job.cutover.keep): no index stays for a rollback")
        }
        if job.verify.behind == .allow {
            warnings.append("verify.behind is allow: readers may be taken back in time")
        }
        if job.verify.digest == .none { warnings.append("verify.digest is none: documents are not compared") }
        return warnings
    }
}
