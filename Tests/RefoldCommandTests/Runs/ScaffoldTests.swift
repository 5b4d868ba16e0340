import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What `init` writes must run as it stands.
@Suite struct ScaffoldTests {
    @Test func `events in every envelope are counted, and typed JSON gives plain fields`() async throws {
        try await withTemporaryFolder { folder in
            let job = MadeJob(folder: folder)
            let header = #"{"entityName":"Account","changeType":"CREATE"}"#
            let typed = #"{"M":{"entityName":{"S":"Account"},"changeType":{"S":"CREATE"}}}"#
            let text = #"{\"payload\":{\"ChangeEventHeader\":\#(header.replacing("\"", with: "\\\""))}}"#
            try FileManager.default.createDirectory(
                at: folder.appending(path: "a"),
                withIntermediateDirectories: false
            )
            try job.write(
                [
                    #"{"payload":{"ChangeEventHeader":\#(header),"Name":"A"}}"#,
                    #"{"Item":{"data":{"S":"\#(text)"}}}"#,
                    #"{"Item":{"data":{"M":{"ChangeEventHeader":\#(typed),"Staff__c":{"N":"7"}}}}}"#,
                ]
                .joined(separator: "\n"),
                to: "a/x.jsonl"
            )
            let made = try await job.run("init", "a", "-ojson").json
            #expect(made["lines"] == 3 && made["events"] == 3)
            let model = try String(
                contentsOf: folder.appending(path: "manifests/account.yaml"),
                encoding: .utf8
            )
            #expect(model.contains("Staff__c: { type: long }") && !model.contains("M: "), "\(model)")
        }
    }

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
