import Foundation
import RefoldBytes
import Testing

/// SIGKILL at any instant: after the same command again everything is as if nothing had happened.
@Suite(.startsProcesses) struct KillTests {
    @Test func `fifty kills at random instants leave the documents of an uninterrupted run`() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let models = ["clients", "projects"]
        let command = ["run", Workplace.job, "--set", "replay.checkpointEvery=50ms"]
        try await Workplace.with(events: 20_000, seed: 11, readModels: models) { place in
            let whole = try await place.run(["--set", "target.embedded=ref.db", "--state-dir=ref"])
            #expect(whole.status == 0, whole.everything)
            let expected = try models.map { try place.documents($0, in: "ref.db") }
            // What stands before decides what retiring has to do.
            var shortest = Duration.seconds(60)
            for _ in 0..<2 {
                let start = ContinuousClock.now
                #expect(try await place.refold(command).status == 0)
                shortest = min(shortest, start.duration(to: .now))
            }
            // Late enough that the run comes forward, early enough that it needs many starts.
            let longest = shortest * 2 / 5

            var phases: [String: Int] = [:]
            var completed = 0
            while phases.values.reduce(0, +) < 50 {
                let process = try place.start(command)
                var instant = longest * Double.random(in: 0..<1, using: &random)
                // The last phases are short: one kill in six falls somewhere after the beginning of one of them.
                if Int.random(in: 0..<6, using: &random) == 0 {
                    let late = ["settle", "verify", "cut-over", "retire"].randomElement(using: &random)
                    try await eventually(within: .seconds(120), "a late phase") {
                        process.endIfAny != nil || place.phase(of: process) == late
                    }
                    instant = .milliseconds(Int64.random(in: 0..<40, using: &random))
                }
                if try await process.isKilled(after: instant) {
                    phases[place.phase(of: process), default: 0] += 1
                } else {
                    // The run came to its end between two kills: the same command begins the next one.
                    let told = try await Workplace.told(process)
                    #expect(told.status == 0, told.everything)
                    completed += 1
                }
            }
            let told = try await place.refold(command)
            #expect(told.status == 0, told.everything)
            print("fifty kills: seed \(seed), phases \(phases), \(completed) runs ended between them")
            #expect(try models.map { try place.documents($0) } == expected, "seed \(seed)")
            #expect(phases.count >= 4, "seed \(seed): the kills hit only \(phases)")
            #expect(try place.indices().count == 4, "seed \(seed)")
            #expect(try place.leftovers() == [], "seed \(seed)")
        }
    }

    @Test func `killed between two swaps that need not be together, the same command does the second`()
        async throws
    {
        let models = ["clients", "projects"]
        let apart = ["--set", "cutover.together=false"]
        try await Workplace.with(events: 300, readModels: models) { place in
            #expect(try await place.run(apart).status == 0)
            let old = try models.map { try place.serving($0) }
            let killed = try await place.run(apart, failpoint: "cut-over.after-swap")
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            let between = try models.map { try place.serving($0) }
            #expect(between[0] != old[0] && between[1] == old[1])
            let told = try await place.run(apart)
            #expect(told.status == 0, told.everything)
            let new = try models.map { try place.serving($0) }
            #expect(new[0] == between[0] && new[1] != old[1])
            #expect(try place.indices().count == 4)
            let back = try await place.follow(told)
            #expect(try models.map { try place.serving($0) } == old, back.everything)
        }
    }

    @Test(arguments: [
        "plan.before", "fold.after-checkpoint", "index.after-load", "settle.after", "verify.before",
        "cut-over.before-swap",
    ])
    func `an archive that grew while the run lay dead is read to its new end`(point: String) async throws {
        try await Workplace.with(events: 400, segments: 4) { place in
            let whole = try await place.run(["--set", "target.embedded=whole.db", "--state-dir=whole"])
            #expect(whole.status == 0, whole.everything)
            try place.forgetCatalog()
            try place.move("a/events-000001.jsonl.zst", to: "later")
            let killed = try await place.run(failpoint: point)
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            try place.move("later", to: "a/events-000001.jsonl.zst")
            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            #expect(try place.documents() == place.documents(in: "whole.db"))
            #expect(
                told.lines.contains("lines 400 = blank 0 + events 400 + rejected 0 closes"),
                told.everything
            )
            #expect(try place.indices().count == 1)
        }
    }

    @Test(arguments: [
        "index.after-create", "index.before-load", "index.after-load", "index.before-shard-done",
        "settle.before",
        "settle.after", "verify.before", "end.before",
    ])
    func `a file target that was killed holds the pairs of an uninterrupted run after the same command`(
        point: String
    ) async throws {
        let file = ["--set", "target.file=f.ndjson"]
        try await Workplace.with(events: 300) { place in
            let whole = try await place.run(["--set", "target.file=whole.ndjson", "--state-dir=whole"])
            #expect(whole.status == 0, whole.everything)
            let killed = try await place.run(file, failpoint: point)
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            let told = try await place.run(file)
            #expect(told.status == 0, told.everything)
            #expect(try await place.pairs(of: "f.ndjson") == place.pairs(of: "whole.ndjson"))
            #expect(try place.leftovers() == [])
        }
    }
}

extension ChildProcess {
    /// Kills it after a while; false: it had ended before.
    func isKilled(after instant: Duration) async throws -> Bool {
        _ = try await isSignalled(SIGKILL, after: instant)
        return try await ended(within: .seconds(10)) == .killed(SIGKILL)
    }
}

extension Workplace {
    /// What a run says of its phase in the lock it holds; `start` before it holds one.
    func phase(of process: ChildProcess, lock: String = "m/x.db.lock") -> String {
        let word = FileManager.default.contents(atPath: folder.appending(path: lock).path) ?? Data()
        do {
            let holder = try JSONValue(parsing: ByteString(Array(word)))
            guard holder["pid"]?.asInt64 == Int64(process.id) else { return "start" }
            return holder["state"]?.asString ?? "start"
        } catch { return "start" }
    }
}
