import RefoldBytes
import RefoldIndex
import RefoldLedger

/// What `cutover` looks at before it moves anything: the gates themselves need the archive and the run's work files.
extension TargetVerbs {
    /// Throws unless an index that is to be swapped in is ready, whole, and with all that are swapped with it.
    ///
    /// Throws `pipeline.refused` when its gates have not passed, `pipeline.moved` when an index of the same step is gone,
    /// `gate.count` when it has not the documents any more with which the gates passed.
    func checkReady(_ index: TargetDescription.Index) async throws(PipelineError) {
        guard let mark = index.mark else { throw PipelineError(.fault, "an index without its mark") }
        let name = index.identity.name
        let again = try await startCommand(of: mark.run)
        guard mark.state != IndexState.building else {
            throw PipelineError(
                .refused,
                "index \(name) is not ready: its gates have not passed",
                place: "run \(mark.run)",
                fix: "run its job again, it goes on where it was" + (again.map { ": `\($0)`" } ?? "")
            )
        }
        let fresh = try await startCommand(of: mark.run, isFresh: true)
        let startOver =
            "find out who, then start over" + (fresh.map { ": `\($0)`" } ?? ": run its job with --fresh")
        for other in mark.together where other != index.identity {
            let found = try await target.index(named: other.name)?.identity
            guard found != other else { continue }
            throw PipelineError(
                .moved,
                found == nil
                    ? "index \(other.name), which is swapped together with \(name), is gone: no alias was moved"
                    : "index \(other.name), which is swapped together with \(name), was deleted and made again by"
                        + " someone else: no alias was moved",
                place: "run \(mark.run)",
                fix: startOver
            )
        }
        guard let noted = mark.documents else { return }
        guard let now = index.documents else {
            throw PipelineError(
                .target,
                "not every part of index \(name) answers: whether it is whole is not known, no alias was moved",
                place: name,
                fix: "wait until its primaries are back, then type the same command"
            )
        }
        guard now == noted else {
            let gate = GateResult(
                .count,
                .failed,
                readModel: mark.readModel,
                "index \(name) has \(grouped(now, "document", "documents")), its gates passed with"
                    + " \(grouped(noted)): no alias was moved"
            )
            throw PipelineError(gate, fix: startOver)
        }
    }

    /// The command that started a run, with its options where the ledger has them; nil: neither it nor a job file tells.
    func startCommand(of run: String, isFresh: Bool = false) async throws(PipelineError) -> String? {
        let more = isFresh ? ["--fresh"] : []
        if let ledger, let id = RunID(run) {
            do throws(LedgerError) {
                let job = try await ledger.fact("job", of: id)
                if let noted = Invocation.command(of: job, typedIn: invocation, adding: more) { return noted }
            } catch { throw PipelineError(error) }
        }
        guard !invocation.jobFile.isEmpty else { return nil }
        return isFresh ? invocation.run("--fresh") : invocation.run()
    }
}
