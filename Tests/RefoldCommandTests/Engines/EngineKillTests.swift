import Foundation
import RefoldTestKit
import Testing

/// SIGKILL of a run, and of the engine under it: the same command again ends as if nothing had happened.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct EngineKillTests {
    /// Twenty over the engines that run here.
    private static func share(of all: Int) throws -> Int {
        let kinds = max(1, try EnginePlace.kinds().count)
        return (all + kinds - 1) / kinds
    }

    @Test(arguments: try EnginePlace.kinds())
    func `kills at random instants leave the documents of an uninterrupted run`(kind: NodeKind) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        try await EnginePlace.with(kind, events: 3_000) { engine in
            let expected = try await engine.reference()
            let start = ContinuousClock.now
            #expect(try await engine.run().status == 0)
            let whole = start.duration(to: .now)
            let command = engine.command + ["--set", "replay.checkpointEvery=50ms"]
            let wanted = try Self.share(of: 20)
            var phases: [String: Int] = [:]
            var completed = 0
            while phases.values.reduce(0, +) < wanted {
                let process = try engine.place.start(command)
                var instant = whole * Double.random(in: 0..<0.8, using: &random)
                // The last phases are short: one kill in two falls somewhere after the beginning of one of them. Not of
                // the cut-over: each would cost the next run the half minute after which a lease counts as left behind.
                if Bool.random(using: &random) {
                    let late = ["index", "settle", "verify", "retire"].randomElement(using: &random)
                    try await eventually(within: .seconds(120), "a late phase") {
                        process.endIfAny != nil || engine.phase(of: process) == late
                    }
                    instant = .milliseconds(Int64.random(in: 0..<40, using: &random))
                }
                if try await process.isKilled(after: instant) {
                    phases[engine.phase(of: process), default: 0] += 1
                    #expect(try engine.documents() == expected, "seed \(seed): readers see one whole index")
                } else {
                    let told = try await Workplace.told(process)
                    #expect(told.status == 0, told.everything)
                    completed += 1
                }
            }
            let told = try await engine.place.refold(command)
            #expect(told.status == 0, told.everything)
            print(
                "\(wanted) kills on \(kind): seed \(seed), phases \(phases), \(completed) runs ended between"
            )
            #expect(try engine.documents() == expected, "seed \(seed)")
            try engine.expectOrder("seed \(seed)")
        }
    }

    @Test(arguments: try EnginePlace.ownKinds())
    func `an engine that is killed under a run and started again gets the documents of an uninterrupted run`(
        kind: NodeKind
    ) async throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        try await SearchNode.withOwn(kind) { node in
            try await EnginePlace.with(node, events: 3_000) { engine in
                let expected = try await engine.reference()
                let start = ContinuousClock.now
                #expect(try await engine.run().status == 0)
                let whole = start.duration(to: .now)
                var phases: [String: Int] = [:]
                var ends: [String: Int] = [:]
                for _ in 0..<(try Self.share(of: 10)) {
                    let process = try engine.place.start(engine.command)
                    let phase = ["index", "settle", "verify", "cut-over"].randomElement(using: &random)
                    try await eventually(within: .seconds(120), "a phase that asks the engine") {
                        process.endIfAny != nil || engine.phase(of: process) == phase
                    }
                    try await Task.sleep(for: whole * Double.random(in: 0..<0.1, using: &random))
                    phases[engine.phase(of: process), default: 0] += 1
                    try await node.restart()
                    var told = try await Workplace.told(process)
                    while told.status != 0 {
                        let words = told.remarks.split(separator: "\n").suffix(6).joined(separator: "; ")
                        ends[words, default: 0] += 1
                        try #require(told.status == 13, "seed \(seed): \(told.everything)")
                        told = try await engine.run()
                    }
                    #expect(try engine.documents() == expected, "seed \(seed)")
                    try engine.expectOrder("seed \(seed)")
                }
                print("\(kind) killed: seed \(seed), phases \(phases), runs that gave up \(ends)")
            }
        }
    }

    @Test(arguments: try EnginePlace.oneKind())
    func `a run that is killed with the lease in its hand costs the next one a wait`(
        kind: NodeKind
    ) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            #expect(try await engine.run().status == 0)
            let before = try engine.serving()
            let isOut = Switch()
            isOut.value = true
            let proxy = try FaultServer(upstream: engine.node.url) { request in
                isOut.value && request.path.hasPrefix("/_aliases") ? .hang : .pass
            }
            try engine.writeTarget(proxy.url)
            let process = try engine.place.start(engine.command)
            await proxy.wait { $0.requests.contains { $0.path.hasPrefix("/_aliases") } }
            process.signal(SIGKILL)
            _ = try await process.ended()
            #expect(try engine.serving() == before)
            isOut.value = false
            let told = try await engine.run()
            #expect(told.status == 0, told.everything)
            #expect(try engine.serving() != before)
            try engine.expectOrder()
            proxy.close()
        }
    }
}
