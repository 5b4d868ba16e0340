import Foundation
import RefoldBytes
import RefoldCommand
import Testing

/// What `status`, `runs` and the lines after an end say of runs that stand, served, or went.
@Suite struct StatusEndsTests {
    /// Regression: an unknown name was answered with `no run yet` and 0, an ambiguous one with the latest run.
    @Test func `status finds a run by id, beginning, job and alias; what it does not find is 64`()
        async throws
    {
        try await MadeJob.with { job in
            let first = try await job.rebuild(more: ["-ojson"]).json["run"]?.asString ?? ""
            let second = try await job.rebuild(more: ["-ojson"]).json["run"]?.asString ?? ""
            let state = "--state-dir=m/.refold"
            for (name, run) in [
                (first, first), (second.lowercased(), second), ("account", second), ("rebuild", second),
            ] {
                let status = await job.run("status", name, state)
                #expect(status.status == 0, "\(status.remarks)")
                #expect(status.output.hasPrefix("run \(run) "), "\(name): \(status.output)")
                #expect(status.output.contains("\nphases "), "what the ledger knows: \(status.output)")
            }
            for name in ["nosuch", "01ZZZ", "accoun"] {
                let none = await job.run("status", name, state)
                #expect(none.status == 64)
                #expect(none.remarks.contains("no run, job or alias is \(name)"), "\(none.remarks)")
                #expect(
                    none.remarks.contains(
                        " cause: job rebuild; alias account; the latest run is \(second)"
                    ),
                    "\(none.remarks)"
                )
            }
            let several = await job.run("status", "01", state)
            #expect(several.status == 64)
            #expect(several.remarks.contains("2 runs begin with 01"), "\(several.remarks)")
        }
    }

    /// Regression: status of a ready or refused run had no line to type, and lines forgot `--memory` and `--shards`.
    @Test func `status of a run that stands tells what goes on from it, with the options that were given`()
        async throws
    {
        try await MadeJob.with { job in
            let options = ["--memory=200MiB", "--shards=2"]
            let refused = await job.rebuild(
                "verify.canaries=[{ name: few, readModel: account, query: { match_all: {} }, hits: { max: 1 } }]",
                more: options
            )
            #expect(refused.status == 4, "\(refused.remarks)")
            #expect(refused.output.contains("--shards=2 --memory=200MiB"), "\(refused.output)")
            let again = await job.run("status", "m/rebuild.yaml")
            #expect(again.output.contains("\nnext: refold run m/rebuild.yaml "), "\(again.output)")
            #expect(again.output.contains("--shards=2 --memory=200MiB"), "\(again.output)")
            #expect(await job.rebuild("cutover.mode=manual", more: options).status == 0)
            let ready = await job.run("status", "m/rebuild.yaml")
            #expect(try await job.follow(ready).status == 0, "\(ready.output)")
            #expect(try await job.serving().keys.sorted() == ["account"])
            let swapped = try await job.run("status", "m/rebuild.yaml", "-ojson").json
            #expect(swapped["next"] == .null)
        }
    }

    /// Regression: the fix had commands without their arguments, and status told a failed gate of a run that serves.
    @Test func `a held run says how it is swapped in, and once it is nothing holds it back any more`()
        async throws
    {
        try await MadeJob.with { job in
            for _ in 0..<2 { #expect(await job.rebuild().status == 0) }
            let back = await job.run("rollback", "m/rebuild.yaml")
            #expect(back.status == 0, "\(back.remarks)")
            let held = await job.rebuild()
            #expect(held.status == 5)
            let fix = try #require(
                held.remarks.firstMatch(
                    of: #/swap it with `refold ([^`]+)`; or let later runs swap with `refold ([^`]+)`/#
                )
            )
            #expect(fix.2 == "rollback --release m/rebuild.yaml")
            let words = fix.1.split(separator: " ").map(String.init)
            let swapped = await Console(words, in: job.folder.path)
            #expect(swapped.status == 0, "\(swapped.remarks)")
            let status = await job.run("status", "m/rebuild.yaml")
            #expect(!status.output.contains("held failed"), "\(status.output)")
            let gates = try await job.run("status", "m/rebuild.yaml", "-ojson").json["gates"]?.asArray
            let gate = gates?.first { $0["gate"] == "held" }
            #expect(gate?["detail"]?.asString?.hasPrefix("swapped by hand all the same: ") == true)
        }
    }

    /// Regression: a repeated rollback told the same move, and `runs` said swapped of what was gone as well.
    @Test func `runs tell what serves, where a rollback leads, what was rolled back, and what is deleted`()
        async throws
    {
        try await MadeJob.with { job in
            for _ in 0..<3 { #expect(await job.rebuild().status == 0) }
            let runs = await job.run("runs", "m/rebuild.yaml")
            #expect(
                try Self.standings(runs) == [
                    "swapped, serving", "swapped, rollback leads here", "swapped, deleted",
                ]
            )
            let once = await job.run("rollback", "m/rebuild.yaml")
            #expect(!once.output.contains("nothing moved"))
            let twice = await job.run("rollback", "m/rebuild.yaml")
            #expect(twice.status == 0, "\(twice.remarks)")
            #expect(twice.output.contains("nothing moved: every alias pointed there already\n"))
            let after = await job.run("runs", "m/rebuild.yaml")
            #expect(
                try Self.standings(after) == ["swapped, rolled back", "swapped, serving", "swapped, deleted"]
            )
            let json = try await job.run("runs", "m/rebuild.yaml", "-ojson").json["runs"]?.asArray
            #expect(json?.map { $0["standing"] } == ["rolled back", .null, "deleted"])
        }
    }

    private static func standings(_ runs: Console) throws -> [String] {
        runs.output.split(separator: "\n").compactMap { line in
            line.firstMatch(of: #/ (swapped, [a-z ]+?)  /#).map { String($0.1) }
        }
    }

    /// Regression: `nothing was swapped` was said while an index served, and the line to type failed again.
    @Test func `a damaged ledger is told with the command that moves it away and runs`() async throws {
        try await MadeJob.with { job in
            #expect(await job.rebuild().status == 0)
            let ledger = job.folder.appending(path: "m/.refold/ledger.db")
            try Data(repeating: 7, count: 5_000).write(to: ledger)
            let damaged = await job.rebuild()
            #expect(damaged.status == 14, "\(damaged.remarks)")
            #expect(!damaged.remarks.contains("nothing was swapped"))
            let next = "mv \(ledger.path) \(ledger.path).damaged && refold run m/rebuild.yaml"
            #expect(damaged.remarks.contains(" next:  \(next)\n"), "\(damaged.remarks)")
            try FileManager.default.moveItem(atPath: ledger.path, toPath: ledger.path + ".damaged")
            let afresh = await job.rebuild()
            #expect(afresh.status == 0, "\(afresh.remarks)")
        }
    }
}
