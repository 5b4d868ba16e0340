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
        for sentence in try await RunFacts(run.ledger, run: run.id).sourceWarnings(run.plan) {
            run.environment.remark("warning: \(sentence)")
        }
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

    private func loadShards(
        of place: Int,
        into index: IndexIdentity,
        from states: any FoldedStates
    ) async throws(PipelineError) {
        var facts = try await RunFacts(run.ledger, run: run.id)
        var done = facts.loaded[index.name] ?? []
        if done.contains(where: { $0.shardCount != states.shardCount }) {
            // Another number of shards cuts the documents differently; loading again changes nothing in the index.
            try await forgetLoaded(index.name)
            facts = try await RunFacts(run.ledger, run: run.id)
            done = []
        }
        let open = (0..<states.shardCount).filter { shard in !done.contains { $0.shard == shard } }
        let projection: Projection
        do { projection = try Projection(definition: run.job.readModels[place].document) } catch {
            throw PipelineError(error)
        }
        let meter = LoadMeter(index: index.name, sink: run.environment.progress)
        let limit = RejectLimit(
            abortAt: run.job.rejects.abortAt,
            counted: states.rejects.count + facts.rejectedDocuments
        )
        // Each shard's state is its task's own; a failure ends the others at their next batch.
        let failure = await withTaskGroup(of: PipelineError?.self) { group in
            for shard in open {
                group.addTask {
                    do throws(PipelineError) {
                        try await load(shard, of: place, projection, into: index, from: states, meter, limit)
                        return nil
                    } catch { return error }
                }
            }
            var first: PipelineError?
            for await failure in group where first == nil && failure != nil {
                first = failure
                group.cancelAll()
            }
            return first
        }
        if let failure { throw failure }
    }

    private func load(
        _ shard: Int,
        of place: Int,
        _ projection: Projection,
        into index: IndexIdentity,
        from states: any FoldedStates,
        _ meter: LoadMeter,
        _ limit: RejectLimit
    ) async throws(PipelineError) {
        let definition = run.job.readModels[place]
        var loader = ShardLoader(
            readModel: definition.name,
            projection: projection,
            index: index,
            target: run.environment.target,
            expected: ExpectedSorter(folder: run.expectedFolder, name: "\(index.name)-\(shard)"),
            limit: limit
        )
        var taken = 0
        do throws(PipelineError) {
            try await states.forEachAggregate(readModel: place, shard: shard) {
                (snapshot) async throws(PipelineError) in
                taken += 1
                if taken % ShardLoader.batchDocuments == 0 {
                    try run.environment.stop.check()
                    if Task.isCancelled { throw PipelineError(.interrupted, "another shard failed") }
                    meter.add(ShardLoader.batchDocuments)
                }
                try await loader.take(snapshot)
            }
        } catch {
            // What was refused is worth knowing, the more so when there was too much of it.
            try await keep(loader.rejects, of: definition.name, shard: shard)
            throw error
        }
        let files = try await loader.finish()
        try await keep(loader.rejects, of: definition.name, shard: shard)
        try reach(.beforeShardDone)
        let loaded = LoadedShard(
            shard: shard,
            shardCount: states.shardCount,
            sums: loader.sums,
            files: files,
            rejects: loader.rejects.count,
            sources: loader.sources
        )
        try await run.keep(loaded.json, as: "loaded:\(index.name):\(shard)")
    }

    private func keep(_ rejects: [Reject], of readModel: String, shard: Int) async throws(PipelineError) {
        let stage = RejectStage.index(readModel, shard: shard)
        let records = rejects.enumerated().map { $1.record(stage: stage, ordinal: $0) }
        do { try await run.ledger.replaceRejects(stage: stage, with: records, of: run.id) } catch {
            throw PipelineError(error)
        }
    }

    private func forgetLoaded(_ index: String) async throws(PipelineError) {
        do { try await run.ledger.forget(factsBeginning: "loaded:\(index):", of: run.id) } catch {
            throw PipelineError(error)
        }
    }
}
