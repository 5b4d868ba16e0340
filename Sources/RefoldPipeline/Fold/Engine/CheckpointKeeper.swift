/// Writes checkpoints: states first, durable, then the record that names them.
struct CheckpointKeeper {
    let checkpoints: any FoldCheckpoints
    let fold: String
    let generation: Int
    let isWanted: Bool
    let folder: String

    func keep(_ pass: FoldPass) async throws(PipelineError) {
        guard isWanted else { return }
        var runs: [SpillRun] = []
        for shard in pass.shards { runs += try shard.checkpoint() }
        try WorkFolder.synchronize(folder)
        let checkpoint = FoldCheckpoint(pass.standing, pass, fold: fold, generation: generation, runs: runs)
        try await checkpoints.save(try checkpoint.encoded())
        try WorkFolder.removeFiles(in: folder, prefixed: "states-", keeping: Set(runs.map(\.file)))
    }
}
