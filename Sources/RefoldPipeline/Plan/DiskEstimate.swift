import RefoldBytes
import RefoldIndex
import RefoldModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension RunPlan.DiskEstimate {
    /// A rough figure from what the lists say.
    ///
    /// Archives pack about six to one where no catalog says better, and folded documents are about a quarter of their
    /// events. What is wrong by half still tells a full disk from an empty one, before the load.
    static func of(
        _ archive: ArchiveListing,
        job: JobDefinition,
        stateFolder: String,
        dialect: TargetDialect
    ) -> RunPlan.DiskEstimate {
        let raw = archive.rawBytes ?? archive.storedBytes.multipliedReportingOverflow(by: 6).partialValue
        let documents = max(0, raw) / 4
        let spilled = max(0, documents - (job.replay.memoryBytes ?? 0))
        return RunPlan.DiskEstimate(
            localBytes: spilled + documents / 16,
            localFreeBytes: freeBytes(at: stateFolder),
            targetBytes: documents,
            targetFreeBytes: dialect.freeBytes
        )
    }

    /// Refuses a run for which there is clearly no room: less than half of the estimate.
    func check(stateFolder: String, target: String) throws(PipelineError) {
        if let targetFreeBytes, targetFreeBytes < targetBytes / 2 {
            throw PipelineError(
                .target,
                "the target has no room for another index",
                place: target,
                cause: "\(grouped(targetFreeBytes)) bytes are free, about \(grouped(targetBytes)) are needed",
                fix: "make room (`refold prune` deletes old indices), then run the same command again"
            )
        }
        if let localFreeBytes, localFreeBytes < localBytes / 2 {
            throw PipelineError(
                .diskFull,
                "the state folder's disk has no room for the run",
                place: stateFolder,
                cause: "\(grouped(localFreeBytes)) bytes are free, about \(grouped(localBytes)) are needed",
                fix: "make room, or choose another folder with --state-dir"
            )
        }
    }

    /// Free bytes for this user on the disk of a folder, or of its nearest parent that exists.
    private static func freeBytes(at folder: String) -> Int? {
        var path = folder
        while true {
            var answer = statvfs()
            if statvfs(path, &answer) == 0 {
                let (bytes, overflow) = UInt64(answer.f_bavail).multipliedReportingOverflow(
                    by: UInt64(answer.f_frsize)
                )
                return overflow ? Int.max : Int(clamping: bytes)
            }
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
            path = String(path[..<slash])
        }
    }
}
