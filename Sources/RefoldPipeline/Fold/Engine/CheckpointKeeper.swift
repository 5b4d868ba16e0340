/// Writes checkpoints: states first, durable, then the record that names them.
struct CheckpointKeeper {
    let checkpoints: any FoldCheckpoints
    let fold: String
    let generation: Int
    let isWanted: Bool
    let folder: String

    func keep(_ pass: FoldPass) async throws(PipelineError) {
        guard isWanted else { return }
        _ = try await write(pass)
    }

    /// Writes one whether or not they are wanted now and then; answers it.
    func write(_ pass: FoldPass) async throws(PipelineError) -> FoldCheckpoint {
        let runs = try await writeShards(of: pass)
        try WorkFolder.synchronize(folder)
        let checkpoint = FoldCheckpoint(pass.standing, pass, fold: fold, generation: generation, runs: runs)
        try await checkpoints.save(try checkpoint.encoded())
        try WorkFolder.removeFiles(in: folder, prefixed: "states-", keeping: Set(runs.map(\.file)))
        return checkpoint
    }

    /// Each shard's runs, in the order of the shards; the shards write side by side.
    private func writeShards(of pass: FoldPass) async throws(PipelineError) -> [SpillRun] {
        let written = await withTaskGroup(of: (Int, Result<[SpillRun], PipelineError>).self) { group in
            for (number, shard) in pass.shards.enumerated() {
                group.addTask {
                    (number, Result { () throws(PipelineError) in try shard.checkpoint() })
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var runs: [SpillRun] = []
        for number in pass.shards.indices {
            // A shard without its runs would be a checkpoint that has lost its states.
            guard let part = written[number] else {
                throw PipelineError(
                    .fault,
                    "shard \(number) has no part in the checkpoint",
                    fix: PipelineError.faultFix
                )
            }
            runs += try part.get()
        }
        return runs
    }
}
