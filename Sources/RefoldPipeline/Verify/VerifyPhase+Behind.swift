import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension VerifyPhase {
    /// Whether the index that serves is ahead of the new one.
    func behindGate(
        _ definition: ReadModelDefinition,
        _ index: IndexIdentity,
        serving: TargetDescription.Index?,
        _ facts: RunFacts
    ) async throws(PipelineError) -> GateResult {
        guard let serving, serving.identity != index else {
            return GateResult(.behind, .skipped, readModel: definition.name, "no other index serves")
        }
        var gate = BehindGate(
            readModel: definition,
            serving: serving.identity,
            target: run.environment.target,
            folder: run.expectedFolder,
            stop: run.environment.stop
        )
        let known = try await foldRejects(of: definition)
        if let since = try await writesSince(serving, facts) {
            gate.position = since.position
            let ahead = try await gate.compare(try expected(of: index.name, facts), known: known)
            // A document that was written twice or deleted since leaves fewer documents than writes: all are looked at.
            if Int64(ahead.read) == since.count { return gate.result(ahead, isAllowed: isBehindAllowed) }
            gate.position = nil
        }
        let ahead = try await gate.compare(try expected(of: index.name, facts), known: known)
        return gate.result(ahead, isAllowed: isBehindAllowed)
    }

    private var isBehindAllowed: Bool {
        run.job.verify.behind == .allow || (run.job.asOf != nil && run.job.cutover.allowsPast)
    }

    /// From where on the serving index has to be read, and how many writes lie there; nil: it has to be read whole.
    ///
    /// What this archive and the serving index's have in common was compared when that index was swapped in. That they
    /// have it in common only the ledger of that run tells: a segment that is gone since took its documents with it.
    private func writesSince(
        _ serving: TargetDescription.Index,
        _ facts: RunFacts
    ) async throws(PipelineError) -> (position: IndexPosition, count: Int64)? {
        guard let mark = serving.mark, let position = mark.writes, let builder = RunID(mark.run) else {
            return nil
        }
        let before = try await RunFacts(run.ledger, run: builder)
        guard !before.segments.isEmpty, ArchiveChange(from: before.segments, to: facts.segments).onlyGrew,
            let now = try await run.environment.target.written(serving.identity),
            let count = now.writes(since: position)
        else { return nil }
        return (position, count)
    }

    /// Ids whose aggregates the fold refused: the run knows them, though it has no document for them.
    private func foldRejects(
        of definition: ReadModelDefinition
    ) async throws(PipelineError) -> Set<ByteString> {
        let records: [RejectRecord]
        do { records = try await run.ledger.rejects(of: run.id) } catch { throw PipelineError(error) }
        let keys = records.compactMap { record in
            record.stage == RejectStage.fold && record.readModel == definition.name ? record.key : nil
        }
        return Set(
            keys.map { key in
                let bytes = Array(key.utf8)
                guard definition.document.id == .id, let hash = bytes.firstIndex(of: UInt8(ascii: "#")) else {
                    return ByteString(bytes)
                }
                return ByteString(copying: bytes[(hash + 1)...])
            }
        )
    }

    func expected(of index: String, _ facts: RunFacts) throws(PipelineError) -> ExpectedMerge {
        try ExpectedMerge(folder: run.expectedFolder, files: facts.expectedFiles(of: index))
    }
}
