import RefoldBytes
import RefoldIndex
import RefoldLedger
import RefoldModel

extension IndexPhase {
    /// Loads the shards that are not loaded yet, all at once.
    func loadShards(
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
            dialect: run.dialect,
            expected: ExpectedSorter(folder: run.expectedFolder, name: "\(index.name)-\(shard)"),
            limit: limit
        )
        var taken = 0
        do throws(PipelineError) {
            try await states.forEachAggregate(readModel: place, shard: shard) {
                (snapshot) async throws(PipelineError) in
                taken += 1
                if taken % ShardLoader.lookEvery == 0 {
                    try run.environment.stop.check()
                    if Task.isCancelled {
                        throw PipelineError(
                            .interrupted,
                            "another shard failed",
                            fix: "type the same command: it goes on"
                        )
                    }
                    meter.add(ShardLoader.lookEvery)
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
}
