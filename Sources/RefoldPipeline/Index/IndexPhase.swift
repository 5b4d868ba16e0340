import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

/// The index phase: makes each read model's index and loads its documents, shard by shard.
struct IndexPhase {
    let run: ActiveRun

    /// Loads what is not loaded yet; answers the facts as they are then.
    func load(_ states: any FoldedStates) async throws(PipelineError) {
        try reach(.beforeIndex)
        do { try Ledger.make(folder: run.expectedFolder) } catch { throw PipelineError(error) }
        for place in run.readModels.indices {
            let index = try await prepare(place, for: states.archiveDigest)
            try await loadShards(of: place, into: index, from: states)
        }
        // Said before the gates are asked: an index of empty fields passes all of them.
        let facts = try await RunFacts(run.ledger, run: run.id)
        for sentence in facts.sourceWarnings(run) { run.environment.remark("warning: \(sentence)") }
        let sums = run.plan.readModels.reduce(DocumentSums()) { $0 + facts.sums(of: $1.index) }
        let documents = grouped(sums.indexed, "document", "documents")
        let indices = grouped(run.readModels.count, "index", "indices")
        let rejects = grouped(sums.rejected, "reject", "rejects")
        run.environment.progress(.ended(.index, "\(documents) written into \(indices), \(rejects)"))
    }

    /// The index of one read model, made or found again; what was loaded into another one no longer counts.
    private func prepare(_ place: Int, for archiveDigest: String) async throws(PipelineError) -> IndexIdentity
    {
        let (definition, plan) = run.readModels[place]
        let facts = try await RunFacts(run.ledger, run: run.id)
        let known = facts.created[plan.index]
        if let known, known.archiveDigest != archiveDigest {
            // The archive grew after this index was begun: what events took away since cannot be told from it.
            try await remove(IndexIdentity(name: plan.index, uuid: known.uuid))
        }
        let specification = IndexSpecification(
            name: plan.index,
            settings: definition.index.settings.overlaid(with: run.job.target.indexSettings),
            mappings: definition.index.mappings,
            mark: run.mark(of: place, archiveDigest: archiveDigest, state: IndexState.building)
        )
        let target = run.environment.target
        let index = try await run.effect(
            "create",
            on: plan.index,
            before: .beforeCreate,
            after: .afterCreate,
            { () async throws(PipelineError) in
                do throws(IndexError) { return try await target.create(specification) } catch {
                    throw PipelineError(error)
                }
            },
            result: { (index: IndexIdentity) in ["uuid": .text(index.uuid)] }
        )
        if known?.uuid != index.uuid || known?.archiveDigest != archiveDigest {
            try await forgetLoaded(plan.index)
            let mapping = run.dialect.hasAliases ? try await target.index(named: plan.index)?.mappings : nil
            try await run.keep(
                [
                    "uuid": .text(index.uuid), "archiveDigest": .text(archiveDigest),
                    "mapping": .optional(mapping.map(MappingDigest.of)),
                ],
                as: "created:\(plan.index)"
            )
        }
        return index
    }

    private func remove(_ index: IndexIdentity) async throws(PipelineError) {
        let target = run.environment.target
        try await run.effect(
            "delete",
            on: index.name,
            intent: ["uuid": .text(index.uuid), "because": "the archive grew"],
            before: .beforeDelete,
            after: .afterDelete,
            { () async throws(PipelineError) in
                do throws(IndexError) { try await target.delete(index) } catch { throw PipelineError(error) }
            },
            result: { .null }
        )
    }

    func forgetLoaded(_ index: String) async throws(PipelineError) {
        do { try await run.ledger.forget(factsBeginning: "loaded:\(index):", of: run.id) } catch {
            throw PipelineError(error)
        }
    }
}
