internal import RefoldArchive
internal import RefoldBytes
package import RefoldModel

/// The fold engine: blocks in parallel, states joined by shard, checkpoints between epochs.
package struct ParallelFold: FoldEngine {
    private let types: TypeRegistry
    private let workers: Int
    private let keepsHistory: Bool
    private let now: @Sendable () -> Double
    /// Runs of one shard that are left as they are when a fold goes on behind them.
    private static let mostRuns = 8

    /// An engine with the Swift types that read models may name.
    ///
    /// `workers` is how many tasks fold at once; `now` gives seconds of a steady clock. With `keepsHistory` the states keep
    /// every event's order key, for exact counts and notes.
    package init(
        types: TypeRegistry,
        workers: Int,
        keepsHistory: Bool = false,
        now: @escaping @Sendable () -> Double
    ) {
        self.types = types
        self.workers = max(1, workers)
        self.keepsHistory = keepsHistory
        self.now = now
    }

    /// Reads the whole archive once, from the newest checkpoint on.
    package func fold(
        _ request: FoldRequest,
        checkpoints: any FoldCheckpoints,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) -> any FoldedStates {
        try await foldStates(request, checkpoints: checkpoints, progress: progress)
    }

    /// As ``fold(_:checkpoints:progress:)``, with all that this engine knows of the result.
    package func foldStates(
        _ request: FoldRequest,
        checkpoints: any FoldCheckpoints,
        progress: @escaping ProgressSink
    ) async throws(PipelineError) -> ShardedStates {
        let plan = try plan(for: request)
        let archive: Archive
        do throws(ArchiveError) {
            archive = try Archive.open(at: request.archive.location, unlisted: request.archive.unlisted)
        } catch {
            throw PipelineError(error)
        }
        let identity = try identity(of: plan)
        let start = try await start(archive, plan, identity, checkpoints, request)
        let shards = try makeShards(request, plan, start)
        let pass = FoldPass(
            plan,
            archive,
            request,
            shards: shards,
            start: start,
            workers: workers,
            progress: progress
        )
        let keeper = CheckpointKeeper(
            checkpoints: checkpoints,
            fold: identity,
            generation: start.generation,
            isWanted: request.checkpointSeconds > 0,
            folder: request.workFolder
        )
        let isKept = try await run(pass, keeper, request)
        var states = try await ShardedStates(pass, types: types)
        states.snapshotRemarks =
            start.snapshotRemarks + (try await keepSnapshot(of: pass, keeper, request, isKept: isKept))
        let events = grouped(states.lineCounts.events, "event", "events")
        let segments = grouped(archive.segments.count, "segment", "segments")
        let rejects = grouped(states.rejects.count, "reject", "rejects")
        progress(.ended(.fold, "\(events) of \(segments), \(rejects)"))
        return states
    }

    /// Folds to the archive's end; answers whether a checkpoint covers all of it.
    private func run(
        _ pass: FoldPass,
        _ keeper: CheckpointKeeper,
        _ request: FoldRequest
    ) async throws(PipelineError) -> Bool {
        while true {
            let due = now() + (request.checkpointSeconds > 0 ? request.checkpointSeconds : .infinity)
            let now = now
            let end = try await pass.runEpoch { now() >= due }
            switch end {
            case .archiveEnd:
                try await keeper.keep(pass)
                return keeper.isWanted
            case .checkpointDue:
                try await keeper.keep(pass)
            case .stopped:
                try await keeper.keep(pass)
                throw StopSignal.interruption(
                    keeper.isWanted
                        ? "a checkpoint covers \(grouped(pass.standing.lines)) lines of the archive"
                        : "there is no checkpoint: replay.checkpointEvery is 0"
                )
            case .tooManyRejects:
                try await keeper.checkpoints.keep(pass.standing.rejects.sorted(by: Reject.precedes))
                throw PipelineError.tooManyRejects(abortAt: request.abortAt)
            }
        }
    }

    /// Keeps the final states for the next run; that they cannot be kept costs time then, nothing else.
    private func keepSnapshot(
        of pass: FoldPass,
        _ keeper: CheckpointKeeper,
        _ request: FoldRequest,
        isKept: Bool
    ) async throws(PipelineError) -> [String] {
        guard let snapshots = request.snapshots, pass.standing.damages.isEmpty else { return [] }
        let checkpoint: FoldCheckpoint
        if isKept, let bytes = try await keeper.checkpoints.latest() {
            checkpoint = try FoldCheckpoint(parsing: bytes)
        } else {
            checkpoint = try await keeper.write(pass)
        }
        do throws(PipelineError) {
            try snapshots.save(checkpoint, from: request.workFolder)
            return []
        } catch {
            return ["warning: no snapshot was kept: \(error)"]
        }
    }

    private func plan(for request: FoldRequest) throws(PipelineError) -> FoldPlan {
        guard let first = request.readModels.first else {
            throw PipelineError(.fault, "a fold without read models was asked for")
        }
        if let other = request.readModels.first(where: { $0.events != first.events }) {
            throw PipelineError(
                .notBuilt,
                "\(first.name) and \(other.name) read the archive in different formats",
                fix: "give each format a job of its own"
            )
        }
        let made = FoldLane.lanes(of: request.readModels, keepsHistory: keepsHistory)
        var chains: [UpcastChain] = []
        for lane in made.lanes {
            do throws(ModelError) {
                chains.append(try UpcastChain(rules: lane.upcast, types: types))
                _ = try lane.fold.historyFold(of: first.events, types: types)
            } catch {
                throw PipelineError(error)
            }
        }
        return FoldPlan(
            readModels: request.readModels,
            lanes: made.lanes,
            laneOfReadModel: made.of,
            format: first.events,
            chains: chains,
            names: NameTable(),
            asOf: request.asOf,
            salvages: request.salvages,
            only: request.only,
            keepsCopies: request.keepsCopies
        )
    }

    /// What states of a checkpoint must have in common with this fold to be of use.
    ///
    /// Made of the definitions as the manifests say them: their text is the same in every process.
    private func identity(of plan: FoldPlan) throws(PipelineError) -> String {
        var parts: [JSONValue] = [
            .array(plan.lanes.map { .integer($0.kind.rawValue) }), .integer(plan.asOf ?? -1),
            .bool(plan.salvages),
            .string(plan.only?.key ?? ""), .bool(plan.keepsCopies),
        ]
        for model in plan.readModels {
            parts += ["events", "upcast", "aggregate"].map { model.source[ByteString($0)] ?? .null }
            do throws(ModelError) {
                parts.append(try types.identity(for: model))
            } catch {
                throw PipelineError(error)
            }
        }
        return SHA256.digest(of: JSONValue.array(parts).canonical.bytes).hex
    }

    private func start(
        _ archive: Archive,
        _ plan: FoldPlan,
        _ identity: String,
        _ checkpoints: any FoldCheckpoints,
        _ request: FoldRequest
    ) async throws(PipelineError) -> FoldStart {
        guard let bytes = try await checkpoints.latest() else {
            return try request.snapshots?.start(
                archive,
                fold: identity,
                names: plan.names,
                in: request.workFolder
            )
                ?? FoldStart(archive)
        }
        let checkpoint = try FoldCheckpoint(parsing: bytes)
        // A checkpoint that left a damaged frame out is of no use once the frame is mended, and nobody says when it is.
        guard checkpoint.fold == identity, checkpoint.damages.isEmpty else { return FoldStart(archive) }
        return try FoldStart(checkpoint, archive, names: plan.names)
    }

    private func makeShards(
        _ request: FoldRequest,
        _ plan: FoldPlan,
        _ start: FoldStart
    ) throws(PipelineError) -> [FoldShard] {
        let count = max(1, request.shards)
        // Runs of the same shards are left where they are: what is new is joined to them when the states are read.
        // Too many of them make reading slow; they are read then, and written as one.
        let isReady =
            start.shards == count && start.runs.allSatisfy { $0.shard != nil }
            && start.runs.count <= Self.mostRuns * count
        let shards = (0..<count).map { number in
            FoldShard(
                number: number,
                kinds: plan.lanes.map(\.kind),
                folder: request.workFolder,
                generation: start.generation,
                runs: isReady ? start.runs.filter { $0.shard == number } : []
            )
        }
        guard !isReady else { return shards }
        for run in start.runs {
            var reader = try SpillRun.Reader(run, in: request.workFolder)
            while let batch = try reader.next() {
                var parts = [StateBatch](repeating: StateBatch(), count: count)
                let isWhole = batch.lendEach { lane, key, hash, state in
                    let shard = StateTable.shard(of: hash, among: count)
                    parts[shard].append(lane: lane, key: key, hash: hash, state: state)
                }
                guard isWhole else { throw reader.damaged() }
                for (shard, part) in zip(shards, parts) where part.count > 0 {
                    _ = try shard.absorb(part, waits: true)
                }
                try FoldPass.keepBudget(shards, request.memoryBytes)
            }
        }
        return shards
    }
}
