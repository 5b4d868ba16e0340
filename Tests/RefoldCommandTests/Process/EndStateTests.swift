import Foundation
import Testing

/// Every end of a run prints one command, and the command does what it promises.
@Suite(.startsProcesses) struct EndStateTests {
    @Test func `swapped for the first time: status tells what serves`() async throws {
        try await Workplace.with(events: 100) { place in
            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            let status = try await place.follow(told)
            #expect(status.output.contains("swapped, serving"))
            let serving = try #require(try place.serving())
            #expect(status.output.contains(serving))
        }
    }

    @Test func `swapped: the undo moves the alias back, and the undo of that moves it forth`() async throws {
        try await Workplace.with(events: 100) { place in
            #expect(try await place.run().status == 0)
            let old = try place.serving()
            let told = try await place.run()
            let new = try place.serving()
            #expect(new != old)
            let back = try await place.follow(told)
            #expect(try place.serving() == old)
            _ = try await place.follow(back)
            #expect(try place.serving() == new)
        }
    }

    @Test func `ready: the cutover moves the alias to what was verified`() async throws {
        try await Workplace.with(events: 100, more: "cutover: { mode: manual }") { place in
            let first = try await place.run()
            #expect(first.status == 0, first.everything)
            #expect(first.output.contains("plan → ready"))
            #expect(try place.serving() == nil)
            let swapped = try await place.follow(first)
            let old = try place.serving()
            #expect(old != nil)
            _ = try await place.follow(swapped)

            let second = try await place.run()
            #expect(second.output.contains("plan → ready"))
            #expect(try place.serving() == old)
            let forth = try await place.follow(second)
            #expect(try place.serving() != old)
            _ = try await place.follow(forth)
            #expect(try place.serving() == old)
        }
    }

    @Test func `stopped by a hook: 5, and the same command asks the hook again`() async throws {
        try await Workplace.with(events: 100, more: "hooks: { beforeCutover: ./check.sh }") { place in
            try place.write("#!/bin/sh\ntest -e allowed\n", to: "m/check.sh")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: place.folder.appending(path: "m/check.sh").path
            )
            let told = try await place.run()
            #expect(told.status == 5, told.everything)
            #expect(told.remarks.contains("[gate.hook]"))
            #expect(try place.serving() == nil)
            let again = try await place.follow(told, ending: 5)
            try place.write("", to: "allowed")
            let swapped = try await place.follow(again)
            #expect(try place.run(of: swapped) == place.run(of: told))
            #expect(try place.serving() != nil)
        }
    }

    @Test func `rejects over budget: their list, then accept, then the run that was stopped`() async throws {
        try await Workplace.with(events: 100, more: "rejects: { accepted: known.ndjson }") { place in
            try place.forgetCatalog()
            try place.write("no event\n", to: "a/zz.jsonl")
            let told = try await place.run()
            #expect(told.status == 3, told.everything)
            #expect(
                told.lines.contains("lines 101 = blank 0 + events 100 + rejected 1 closes"),
                told.everything
            )
            let list = try await place.follow(told)
            #expect(list.output.contains("zz.jsonl"))
            let run = try place.run(of: told)
            let accepted = try await place.refold(
                ["rejects", "accept", run, "--note", "made for a test", "--state-dir=m/.refold"]
            )
            #expect(accepted.status == 0, accepted.everything)
            _ = try await place.follow(accepted)
            let swapped = try await place.run()
            #expect(swapped.status == 0, swapped.everything)
            #expect(try place.serving() != nil)
        }
    }

    @Test(arguments: [
        "plan.before", "fold.before", "index.before-load", "cut-over.before-swap", "cut-over.after-swap",
    ])
    func `failed: the same command goes on`(point: String) async throws {
        try await Workplace.with(events: 200) { place in
            let told = try await place.run(failpoint: "\(point):fail")
            #expect(told.status == 1, told.everything)
            #expect(told.remarks.contains("[failpoint]"))
            _ = try await place.follow(told)
            #expect(try place.serving() != nil)
            #expect(try place.indices().count == 1)
            #expect(try place.leftovers() == [])
        }
    }

    /// Regression: only the error was told, and not that readers saw the new index already.
    @Test(arguments: ["cut-over.before-marks", "retire.before", "end.before"])
    func `failed behind the swap: the report says swapped, with its undo, and the same command ends it`(
        point: String
    ) async throws {
        try await Workplace.with(events: 100) { place in
            #expect(try await place.run().status == 0)
            let old = try place.serving()
            let told = try await place.run(failpoint: "\(point):fail")
            #expect(told.status == 1, told.everything)
            #expect(told.output.contains("plan → swapped"), told.everything)
            #expect(told.remarks.contains("the aliases have moved, readers see the new index; then: "))
            #expect(try place.serving() != old)
            let done = try await place.follow(told)
            #expect(try place.run(of: done) == place.run(of: told))
            let undo = try #require(told.output.split(separator: "\n").last { $0.hasPrefix("undo: ") })
            #expect(try await place.type(String(undo.dropFirst("undo: ".count))).status == 0)
            #expect(try place.serving() == old)
        }
    }

    @Test func `aborted by too many rejects: 3, and their list is there to read`() async throws {
        try await Workplace.with(events: 100, more: "rejects: { abortAt: 3 }") { place in
            try place.forgetCatalog()
            try place.write(String(repeating: "no event\n", count: 9), to: "a/0.jsonl")
            let told = try await place.run()
            #expect(told.status == 3, told.everything)
            #expect(told.remarks.contains("[pipeline.too_many_rejects]"), told.everything)
            let list = try await place.follow(told)
            #expect(list.output.contains(" bad_json "), list.everything)
            try place.remove("a/0.jsonl")
            let next = try await place.run(["--fresh"])
            #expect(next.status == 0, next.everything)
        }
    }

    @Test func `without events: 10, and the same command works once there are some`() async throws {
        try await Workplace.with(events: 100, segments: 1) { place in
            try place.forgetCatalog()
            try place.move("a/events-000000.jsonl.zst", to: "later")
            try place.write("\n", to: "a/empty.jsonl")
            let told = try await place.run()
            #expect(told.status == 10, told.everything)
            try place.move("later", to: "a/events-000000.jsonl.zst")
            _ = try await place.follow(told)
            #expect(try place.serving() != nil)
        }
    }
}

extension Workplace {
    /// Types the command of an end, which must end as it promises.
    func follow(_ told: Told, ending status: Int32 = 0) async throws -> Told {
        let next = try await type(try #require(told.follow, told.everything))
        #expect(next.status == status, next.everything)
        return next
    }
}
