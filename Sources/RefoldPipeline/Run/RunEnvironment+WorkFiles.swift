import RefoldLedger

extension RunEnvironment {
    /// Deletes the work files of a run that will not go on.
    ///
    /// Files that stay cost room, not truth: the run ends as it would, and says where they lie.
    func removeWorkFiles(of run: String) {
        do throws(PipelineError) { try WorkFolder.remove(stateFolder + "/work/" + run) } catch {
            remark("warning: work files of run \(run) stay: \(error.message), \(error.place ?? stateFolder)")
        }
    }

    /// Deletes what runs left behind that ended, were abandoned, or that the ledger does not know.
    func removeStrayWorkFiles(_ runs: [RunRecord]) {
        let unfinished = Set(runs.filter { !$0.isFinal }.map(\.id.text))
        let found: [String]
        do throws(PipelineError) { found = try WorkFolder.names(in: stateFolder + "/work") } catch {
            return remark(
                "warning: old work files cannot be looked for: \(error.message), \(error.place ?? "")"
            )
        }
        for name in found where !unfinished.contains(name) { removeWorkFiles(of: name) }
    }
}
