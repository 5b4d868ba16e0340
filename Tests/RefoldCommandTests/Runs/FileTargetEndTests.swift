import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// A target without aliases: the run ends written, and what there is no alias for does not matter.
@Suite struct FileTargetEndTests {
    @Test(arguments: ["target.file=out.ndjson", "target.file=out.ndjson.zst"])
    func `a run into a file ends written with 0, and again, and leaves no work files`(
        setting: String
    ) async throws {
        try await MadeJob.with { job in
            for _ in 0..<2 {
                let written = await job.rebuild(setting, "cutover.mode=manual", "cutover.keep=1")
                #expect(written.status == 0, "\(written.remarks)")
                #expect(written.output.contains("plan → written"))
                #expect(try job.workFiles() == [])
                let status = try await job.follow(written)
                #expect(status.status == 0, "\(status.remarks)")
            }
        }
    }

    @Test func `a definition that changed under its version is refused by plan and run alike`() async throws {
        try await MadeJob.with { job in
            let setting = "target.file=out.ndjson"
            #expect(await job.rebuild(setting).status == 0)
            try job.edit("m/account.yaml") {
                $0.replacing("    Industry: Industry\n", with: "    Industry: Rating\n")
            }
            for console in [
                await job.rebuild(setting), await job.run("plan", "m/rebuild.yaml", "--set", setting),
            ] {
                #expect(console.status == 64, "\(console.output)")
                #expect(console.remarks.contains("[pipeline.definition_changed]"), "\(console.remarks)")
                #expect(console.remarks.contains(" fix:   set version: 2"))
            }
            try job.edit("m/account.yaml") { $0.replacing("version: 1 ", with: "version: 2 ") }
            #expect(await job.rebuild(setting).status == 0)
        }
    }
}
