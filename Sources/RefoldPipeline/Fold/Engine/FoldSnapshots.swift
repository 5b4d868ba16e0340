internal import Foundation
internal import RefoldArchive
internal import RefoldBytes
internal import RefoldLedger
internal import RefoldModel

/// The final states of the last run of a job, kept so that the next one reads only what is new.
///
/// Shape: `FOLDER/NUMBER/` with the runs of a checkpoint, hard links to those of the work folder, and the checkpoint as
/// `snapshot.json`, written last; a folder with another name was cut off. One is kept, the newest.
/// A snapshot is used when it is of the same fold and each segment it covers is in the archive as it was read.
package struct FoldSnapshots: Sendable, Hashable {
    /// Where they lie, absolute.
    let folder: String
    /// Whether one is looked for; a run that starts over reads everything and keeps its states all the same.
    var isUsed = true

    private static let record = "snapshot.json"
    private static let unfinished = "unfinished"

    // MARK: - Keeping

    /// Keeps a checkpoint that covers a whole archive; the one before goes.
    func save(_ checkpoint: FoldCheckpoint, from workFolder: String) throws(PipelineError) {
        let begun = "\(folder)/\(Self.unfinished)"
        try WorkFolder.remove(begun)
        do { try Ledger.make(folder: begun) } catch { throw PipelineError(error) }
        for run in checkpoint.runs {
            try WorkFolder.link("\(workFolder)/\(run.file)", to: "\(begun)/\(run.file)")
        }
        let file = try WorkFile.create("\(begun)/\(Self.record)")
        try file.append(try checkpoint.encoded())
        try file.synchronize()
        try WorkFolder.synchronize(begun)
        let older = try numbers()
        try WorkFolder.rename(begun, to: "\(folder)/\((older.last ?? 0) + 1)")
        try WorkFolder.synchronize(folder)
        for number in older { try WorkFolder.remove("\(folder)/\(number)") }
    }

    // MARK: - Using

    /// Where a fold begins: behind the newest snapshot, or at the beginning with the reason why.
    func start(
        _ archive: Archive,
        fold: String,
        names: NameTable,
        in workFolder: String
    ) throws(PipelineError) -> FoldStart {
        var start = FoldStart(archive)
        guard isUsed, let number = try numbers().last else { return start }
        let kept = "\(folder)/\(number)"
        guard let bytes = FileManager.default.contents(atPath: "\(kept)/\(Self.record)"),
            let checkpoint = try? FoldCheckpoint(parsing: Array(bytes))
        else {
            start.snapshotRemarks = ["the snapshot in \(kept) cannot be read: the whole archive is"]
            return start
        }
        if let obstacle = Self.obstacle(checkpoint, archive, fold) {
            start.snapshotRemarks = [
                "the snapshot of the last run is of no use: \(obstacle); the whole archive is read"
            ]
            return start
        }
        for run in checkpoint.runs {
            try WorkFolder.link("\(kept)/\(run.file)", to: "\(workFolder)/\(run.file)")
        }
        try WorkFolder.synchronize(workFolder)
        start = try FoldStart(checkpoint, archive, names: names)
        let lines = checkpoint.segments.reduce(0) { $0 + $1.lines }
        start.snapshotRemarks = [
            "the snapshot of the last run covers \(grouped(lines)) lines of "
                + "\(checkpoint.segments.count) of \(grouped(archive.segments.count, "segment", "segments")): "
                + "they are not read again"
        ]
        return start
    }

    /// Why a snapshot cannot be used; nil: it can.
    private static func obstacle(_ checkpoint: FoldCheckpoint, _ archive: Archive, _ fold: String) -> String?
    {
        guard checkpoint.fold == fold else { return "read models or fold have changed" }
        let now = Dictionary(
            archive.segments.map { (ByteString($0.name), $0.identity.hex) },
            uniquingKeysWith: { first, _ in first }
        )
        for segment in checkpoint.segments {
            guard segment.isDone else { return "it does not cover \(segment.name) whole" }
            guard let identity = now[ByteString(segment.name)] else { return "\(segment.name) is gone" }
            guard identity == segment.identity else { return "\(segment.name) is not the file that was read" }
        }
        return nil
    }

    /// The finished ones, the oldest first.
    private func numbers() throws(PipelineError) -> [Int] {
        try WorkFolder.names(in: folder).compactMap { Int($0) }.sorted()
    }
}
