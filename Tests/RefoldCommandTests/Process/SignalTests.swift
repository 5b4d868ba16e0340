import Foundation
import RefoldBytes
import RefoldLedger
import Testing

@Suite(.startsProcesses) struct SignalTests {
    private static let command = ["run", Workplace.job, "--set", "replay.checkpointEvery=100ms"]

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func `a signal at a random instant ends the run with its status, and the same command goes on from there`(
        signal: Int32,
        status: Int32
    ) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        try await Workplace.with(events: 16_000) { place in
            let whole = try await place.refold(
                Self.command + ["--set", "target.embedded=ref.db", "--state-dir=ref"]
            )
            #expect(whole.status == 0, whole.everything)
            var interrupted = 0
            while interrupted < 10 {
                let process = try place.start(Self.command)
                try await eventually(within: .seconds(60), "the fold begins") {
                    process.remarks.contains("fold ") || process.endIfAny != nil
                }
                let instant = Duration.milliseconds(Int64.random(in: 0..<500, using: &random))
                _ = try await process.isSignalled(signal, after: instant)
                // The one limit here that is promised: a signal ends a run within ten seconds.
                let told = try await Workplace.told(process, within: .seconds(10))
                if told.status == 0 { continue }
                interrupted += 1
                #expect(told.status == status, "seed \(seed): \(told.everything)")
                #expect(told.remarks.contains("[pipeline.interrupted]"))
                #expect(told.remarks.contains("\n cause: "), "it says what stands: \(told.everything)")
                #expect(told.follow == "refold run m/job.yaml --set=replay.checkpointEvery=100ms")
                try await checkStanding(place, told)
            }
            let told = try await place.refold(Self.command)
            #expect(told.status == 0, told.everything)
            #expect(try place.documents() == place.documents(in: "ref.db"), "seed \(seed)")
            #expect(try place.leftovers() == [])
        }
    }

    /// The run stands interrupted in the ledger, with a checkpoint that covers what its message says.
    private func checkStanding(_ place: Workplace, _ told: Told) async throws {
        let ledger = try Ledger(folder: place.folder.appending(path: "m/.refold").path)
        let run = try #require(try await ledger.runs().first)
        #expect(run.outcome == "interrupted")
        let bytes = try #require(try await ledger.latestCheckpoint(of: run.id), told.everything)
        let checkpoint = try JSONValue(parsing: ByteString(bytes))
        let lines = (checkpoint["segments"]?.asArray ?? []).compactMap { $0["lines"]?.asInt64 }.reduce(0, +)
        #expect(lines > 0)
        if run.phase == "fold" {
            #expect(told.remarks.contains("a checkpoint covers \(grouped(lines)) lines"), told.everything)
        }
    }

    @Test func `a resumed fold begins where its checkpoint stands, and the run keeps its name`() async throws
    {
        try await Workplace.with(events: 8_000, segments: 40) { place in
            let held = place.folder.appending(path: "go").path
            let process = try place.start(
                ["run", Workplace.job, "--set", "replay.checkpointEvery=300ms"],
                failpoint: "fold.after-checkpoint:wait=\(held)"
            )
            try await eventually(within: .seconds(60), "a checkpoint is written") { place.has("go.reached") }
            process.signal(SIGKILL)
            _ = try await process.ended()
            let ledger = try Ledger(folder: place.folder.appending(path: "m/.refold").path)
            let run = try #require(try await ledger.runs().first)
            let bytes = try #require(try await ledger.latestCheckpoint(of: run.id))
            let begun = try JSONValue(parsing: ByteString(bytes))["segments"]?.asArray ?? []
            let done = begun.count { $0["isDone"]?.asBool == true }
            #expect(done > 0)
            let told = try await place.refold(Self.command)
            #expect(told.status == 0, told.everything)
            #expect(try place.run(of: told) == run.id.text)
            let fold = told.remarks.split(separator: "\n").first { $0.firstMatch(of: #/^fold \d/#) != nil }
            // Bytes of segments that the checkpoint covers count as read.
            // On a fast machine the checkpoint covers all segments: then nothing is left to read, or to tell of.
            #expect(done == 40 ? fold == nil : fold?.hasPrefix("fold 0%") == false, told.everything)
        }
    }

    @Test func `a second signal changes neither the status nor what the same command then makes`()
        async throws
    {
        try await Workplace.with(events: 500) { place in
            let held = place.folder.appending(path: "go").path
            let process = try place.start(Self.command, failpoint: "index.before:wait=\(held)")
            try await eventually(within: .seconds(60), "the archive is folded") { place.has("go.reached") }
            process.signal(SIGTERM)
            process.signal(SIGINT)
            try Data().write(to: place.folder.appending(path: "go"))
            let told = try await Workplace.told(process)
            #expect([143, 130].contains(told.status), told.everything)
            let resumed = try await place.refold(Self.command)
            #expect(resumed.status == 0, resumed.everything)
        }
    }

    @Test func `a process that hangs is ended by signals that go on`() async throws {
        try await Workplace.with(events: 200) { place in
            let held = place.folder.appending(path: "go").path
            let process = try place.start(Self.command, failpoint: "verify.before:wait=\(held)")
            try await eventually(within: .seconds(60), "the run hangs") { place.has("go.reached") }
            try await eventually(within: .seconds(60), "signals end it") {
                process.signal(SIGTERM)
                return process.endIfAny != nil
            }
            #expect(process.endIfAny == .exited(143))
            #expect(try await place.refold(Self.command).status == 0)
        }
    }
}

extension ChildProcess {
    /// Sends a signal after a while; false: it had ended before.
    func isSignalled(_ number: Int32, after instant: Duration) async throws -> Bool {
        let start = ContinuousClock.now
        try await eventually(within: instant + .seconds(5), "the instant comes") {
            endIfAny != nil || start.duration(to: .now) >= instant
        }
        signal(number)
        return endIfAny == nil
    }
}
