internal import RefoldArchive
internal import RefoldBytes
internal import RefoldModel
internal import Synchronization

/// One pass over an archive: workers take blocks in turn, fold them, and join the states into shards.
///
/// A pass runs in epochs: when a checkpoint is due the workers finish their blocks and end; what stands then is exactly
/// what the source handed out, so the checkpoint needs no further order. No worker waits for another but for a lock.
final class FoldPass: Sendable {
    /// Why an epoch ended.
    enum EpochEnd: Sendable {
        case archiveEnd
        case checkpointDue
        case stopped
        case tooManyRejects
    }
    let plan: FoldPlan
    let archive: Archive
    let shards: [FoldShard]
    /// For each segment of the archive its number in the states.
    let numbers: [UInt32]
    private let request: FoldRequest
    private let workers: Int
    let source: Mutex<BlockSource>
    let assembly: Mutex<FoldAssembly>
    private let failure = Mutex<PipelineError?>(nil)
    private let progress: ProgressSink

    init(
        _ plan: FoldPlan,
        _ archive: Archive,
        _ request: FoldRequest,
        shards: [FoldShard],
        start: FoldStart,
        workers: Int,
        progress: @escaping ProgressSink
    ) {
        self.plan = plan
        self.archive = archive
        self.request = request
        self.shards = shards
        self.workers = workers
        self.progress = progress
        numbers = start.numbers
        source = Mutex(
            BlockSource(
                archive.segments,
                done: start.done,
                resumption: start.resumption,
                salvages: request.salvages
            )
        )
        var begun = FoldAssembly()
        begun.done = start.done
        begun.tally = start.tally
        begun.rejects = start.rejects
        begun.marks = start.marks
        begun.remarks = start.remarks
        begun.damages = start.damages
        for (segment, progress) in start.progress { begun.assembler.resume(segment: segment, progress) }
        assembly = Mutex(begun)
    }

    // MARK: - Epochs

    /// Folds until the archive ends, a checkpoint is due, or the run shall stop.
    func runEpoch(until isDue: @escaping @Sendable () -> Bool) async throws(PipelineError) -> EpochEnd {
        await withTaskGroup { group in
            for worker in 0..<workers {
                group.addTask { await self.work(worker, until: isDue) }
            }
        }
        if let failed = failure.withLock({ $0 }) { throw failed }
        if assembly.withLock({ $0.rejects.count > request.abortAt }) { return .tooManyRejects }
        if source.withLock({ $0.isAtEnd }) { return .archiveEnd }
        return request.stop.isRequested ? .stopped : .checkpointDue
    }

    @concurrent
    private func work(_ worker: Int, until isDue: @Sendable () -> Bool) async {
        do throws(PipelineError) {
            var folder = try reportingArchive { () throws(ArchiveError) in
                try BlockFolder(plan, shards: shards.count)
            }
            while !mustEnd(isDue), try step(&folder, worker) { await Task.yield() }
        } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }

    private func mustEnd(_ isDue: () -> Bool) -> Bool {
        request.stop.isRequested || isDue() || failure.withLock { $0 != nil }
            || assembly.withLock { $0.rejects.count > request.abortAt }
    }

    /// Takes and folds the next block; false at the end.
    private func step(_ folder: inout BlockFolder, _ worker: Int) throws(PipelineError) -> Bool {
        let next = try reportingArchive { () throws(ArchiveError) in
            try source.withLock { source throws(ArchiveError) in try source.next() }
        }
        switch consume next {
        case .end: return false
        case .segmentEnd(let segment, let blocks, let damage):
            let lines = assembly.withLock { $0.end(segment, self, blocks: blocks, damage: damage) }
            try fold(lines, segment: segment, &folder, worker)
        case .block(let block):
            let segment = block.position.segment
            let result: BlockResult
            do throws(ArchiveError) {
                result = try folder.fold(block, number: numbers[segment])
            } catch {
                throw PipelineError(error)
            }
            try route(&folder.batches, worker)
            let (lines, overlong) = assembly.withLock { state in
                (state.take(result, segment, self), state.assembler.overlongLine(of: segment))
            }
            if let overlong { throw tooLong(overlong, in: segment) }
            try fold(lines, segment: segment, &folder, worker)
            report()
        }
        return true
    }

    private func tooLong(_ line: Int, in segment: Int) -> PipelineError {
        PipelineError(
            .archive,
            "a line is longer than \(LineAssembler.longestLine >> 20) MiB",
            place: "line \(line) of \(archive.segments[segment].name)",
            fix: "this is no archive of events, one a line; check the archive's path"
        )
    }

    /// Folds lines that blocks cut.
    private func fold(
        _ lines: [LineAssembler.CutLine],
        segment: Int,
        _ folder: inout BlockFolder,
        _ worker: Int
    ) throws(PipelineError) {
        for line in lines {
            let tally = folder.fold(line: line.bytes, at: line.place)
            try route(&folder.batches, worker)
            assembly.withLock { $0.add(tally, at: line.place, segment, self) }
        }
    }

    /// Joins states into their shards, first into those that nobody holds.
    private func route(_ batches: inout [StateBatch], _ worker: Int) throws(PipelineError) {
        var waiting: [Int] = []
        for offset in batches.indices {
            let shard = (offset + worker * batches.count / max(1, workers)) % batches.count
            guard batches[shard].count > 0 else { continue }
            if try !shards[shard].absorb(batches[shard], waits: false) { waiting.append(shard) }
        }
        for shard in waiting { _ = try shards[shard].absorb(batches[shard], waits: true) }
        for shard in batches.indices { batches[shard].removeAll() }
        try Self.keepBudget(shards, request.memoryBytes)
    }

    /// Spills the largest shard when all together hold more than the budget.
    static func keepBudget(_ shards: [FoldShard], _ memoryBytes: Int) throws(PipelineError) {
        let sizes = shards.map(\.byteCount)
        guard sizes.reduce(0, +) > memoryBytes else { return }
        guard let largest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else { return }
        try shards[largest].spill()
    }

    private func report() {
        let (done, total) = source.withLock { source in
            (source.doneBytes, archive.segments.reduce(0) { $0 + Int($1.bytes) })
        }
        progress(ProgressReport(phase: .fold, subject: "archive", done: done, total: total, unit: "bytes"))
    }
}

/// Runs a step of the archive and reports its failure as the pipeline's.
private func reportingArchive<Value: ~Copyable>(
    _ step: () throws(ArchiveError) -> Value
) throws(PipelineError) -> Value {
    do throws(ArchiveError) { return try step() } catch { throw PipelineError(error) }
}
