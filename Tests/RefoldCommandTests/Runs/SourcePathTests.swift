import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// A source path that no event has gives an index of empty fields which every gate lets pass: it must be said.
@Suite struct SourcePathTests {
    private static let warning =
        "warning: source path `Indusrty` of account is found in none of its events; did you mean `Industry`?\n"

    private func misspelt(_ body: (MadeJob) async throws -> Void) async throws {
        try await MadeJob.with { job in
            try job.edit("m/account.yaml") {
                $0.replacing("    Industry: Industry\n", with: "    Industry: Indusrty\n")
            }
            try await body(job)
        }
    }

    @Test func `run says it before verify and again in its report`() async throws {
        try await misspelt { job in
            let run = await job.rebuild()
            #expect(run.status == 0, "\(run.remarks)")
            #expect(run.output.contains(Self.warning))
            let said = try #require(run.remarks.range(of: Self.warning), "\(run.remarks)")
            let verify = try #require(run.remarks.range(of: "settle"))
            #expect(said.lowerBound < verify.lowerBound)
            let json = try await job.rebuild("cutover.keep=2", more: ["-ojson"]).json
            #expect(json["warnings"]?.asArray?.count == 1)
        }
    }

    @Test func `plan says it after one reading, and not when it only lists`() async throws {
        try await misspelt { job in
            let read = await job.run("plan", "m/rebuild.yaml")
            #expect(read.status == 0, "\(read.remarks)")
            #expect(read.output.contains(Self.warning), "\(read.output)")
            let quick = await job.run("plan", "m/rebuild.yaml", "--quick")
            #expect(quick.status == 0 && !quick.output.contains("Indusrty"))
        }
    }

    @Test func `a job whose paths all occur is told nothing`() async throws {
        try await MadeJob.with { job in
            let run = await job.rebuild(more: ["-ojson"])
            let json = try run.json
            #expect(json["warnings"] == [])
            #expect(!run.remarks.contains("source path"))
            let plan = await job.run("plan", "m/rebuild.yaml")
            #expect(!plan.output.contains("source path"))
        }
    }
}
