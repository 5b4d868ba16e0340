import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What `init` writes must run as it stands.
@Suite struct ScaffoldTests {
    @Test func `the example archive becomes manifests that validate, plan and swap`() async throws {
        let archive = fixtures.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "manifests/archive")
        try await withTemporaryFolder { folder in
            try FileManager.default.copyItem(at: archive, to: folder.appending(path: "archive"))
            let job = MadeJob(folder: folder)
            let made = await job.run("init", "archive")
            #expect(made.status == 0, "\(made.remarks)")
            let files = made.output.split(separator: "\n").dropLast().map(String.init)
            #expect(files.count > 2)
            let valid = await Console(["validate"] + files, in: folder.path)
            #expect(valid.status == 0, "\(valid.remarks)")
            #expect(!valid.remarks.contains("error"), "\(valid.remarks)")
            let plan = try await job.follow(made)
            #expect(plan.status == 0, "\(plan.remarks)")
            #expect(!plan.output.contains("source path"), "\(plan.output)")
            let run = try await job.follow(plan)
            #expect(run.status == 0, "\(run.remarks)")
            #expect(run.output.contains("plan → swapped"))
            #expect(await job.run("init", "archive").status == 64, "it never replaces a file")
        }
    }
}
