import Foundation
import RefoldBytes
import RefoldCommand
import RefoldTestKit
import Testing

/// What a run leaves in the state folder, and what it does when there is no room for it.
@Suite struct WorkFilesTests {
    @Test func `work files go with a swap, with an abandoned run, and with a folder nobody knows`()
        async throws
    {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            #expect(try job.workFiles() == [])
            // A gate that refuses leaves them: the same command goes on.
            let refused = await job.rebuild("verify.canaries=[\(Self.failing)]")
            #expect(refused.status == 4, "\(refused.remarks)")
            #expect(try job.workFiles() != [])
            try FileManager.default.createDirectory(
                at: job.folder.appending(path: "m/.refold/work/stray/fold"),
                withIntermediateDirectories: true
            )
            let fresh = await job.rebuild(more: ["--fresh"])
            #expect(fresh.status == 0, "\(fresh.remarks)")
            #expect(try job.workFiles() == [])
            let runs = await job.run("runs", "m/rebuild.yaml")
            #expect(runs.output.contains("abandoned"), "\(runs.output)")
        }
    }

    @Test func `a ready run that another swap overtook is abandoned with its work files`() async throws {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            #expect(await job.rebuild("cutover.mode=manual").status == 0)
            try job.edit("m/account.yaml") { $0.replacing("version: 1 ", with: "version: 2 ") }
            // The ready one may still be swapped by hand: it stays.
            #expect(await job.rebuild().status == 0)
            #expect(try job.workFiles() != [])
            #expect(await job.rebuild().status == 0)
            #expect(try job.workFiles() == [])
        }
    }

    private static let failing =
        "{ name: none, readModel: account, query: { match_all: {} }, hits: { max: 0 } }"

    /// Room for no ledger; for less than the plan needs; for the ledger, but not for what the fold spills.
    @Test(arguments: [(16, "ledger.full"), (128, "pipeline.disk_full"), (800, "pipeline.disk_full")])
    func `a state folder without room ends with 15, its place and its cure, and the run goes on with room`(
        kibibytes: Int,
        code: String
    ) async throws {
        guard try SmallDisk.isAtHand() else { return }
        try await MadeJob.with(events: 5000) { job in
            let disk = try SmallDisk(at: job.folder.appending(path: "disk").path, bytes: kibibytes << 10)
            defer { disk.unmount() }
            let place = ["--state-dir", "disk/s", "--memory=1MiB"]
            let full = await job.rebuild(more: place)
            #expect(full.status == 15, "\(full.remarks)")
            #expect(full.remarks.contains("[\(code)]"), "\(full.remarks)")
            #expect(full.remarks.contains(" where: ") && full.remarks.contains("/disk/s"), "\(full.remarks)")
            #expect(full.remarks.contains("make room, or choose another folder with --state-dir"))
            #expect(
                full.remarks.contains(" next:  refold run m/rebuild.yaml --state-dir=disk/s --memory=1MiB\n")
            )
            try disk.grow(to: 64 << 20)
            let done = await job.rebuild(more: place)
            #expect(done.status == 0, "\(done.remarks)")
        }
    }

    /// Room for less than the plan needs; for the plan's rough figure, but not for the documents.
    @Test(arguments: [(100, "pipeline.target"), (500, "index.full")])
    func `a target without room ends with 13, and the same command goes on with room`(
        kibibytes: Int,
        code: String
    ) async throws {
        guard try SmallDisk.isAtHand() else { return }
        try await MadeJob.with(events: 5000) { job in
            let disk = try SmallDisk(at: job.folder.appending(path: "disk").path, bytes: kibibytes << 10)
            defer { disk.unmount() }
            let full = await job.rebuild("target.embedded=disk/x.db")
            #expect(full.status == 13, "\(full.remarks)")
            #expect(full.remarks.contains("[\(code)]") && full.remarks.contains(" fix:   make room"))
            #expect(full.remarks.contains("/disk/x.db"), "\(full.remarks)")
            try disk.grow(to: 64 << 20)
            let done = await job.rebuild("target.embedded=disk/x.db")
            #expect(done.status == 0, "\(done.remarks)")
        }
    }
}

/// A file system in memory with as much room as a test gives it.
struct SmallDisk {
    let path: String

    /// Whether one can be mounted; where not, that is told, and with `CI=true` it is a failure.
    static func isAtHand() throws -> Bool {
        if canBeMounted { return true }
        #expect(ProcessInfo.processInfo.environment["CI"] != "true", "CI can mount a small file system")
        try LeftOut.tell("full disks (mounting a small file system needs root)")
        return false
    }

    private static var canBeMounted: Bool {
        getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/bin/mount")
            && (try? SmallDisk(
                at: NSTemporaryDirectory() + "/refold-disk-\(UUID().uuidString)",
                bytes: 1 << 16
            )
            .unmount(removing: true)) != nil
    }

    init(at path: String, bytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try SmallDisk.call("mount", ["-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path])
    }

    func grow(to bytes: Int) throws { try SmallDisk.call("mount", ["-o", "remount,size=\(bytes)", path]) }

    func unmount(removing: Bool = false) {
        do {
            try SmallDisk.call("umount", ["-l", path])
            if removing { try FileManager.default.removeItem(atPath: path) }
        } catch { Issue.record(error) }
    }

    private static func call(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/\(program)")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
