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
            let whole = try await place.refold(
                command + ["--set", "target.embedded=ref.db", "--state-dir=ref"]
            )
            #expect(whole.status == 0, whole.everything)
            let expected = try models.map { try place.documents($0, in: "ref.db") }
            // What stands before decides what retiring has to do.
            for _ in 0..<2 { #expect(try await place.refold(command).status == 0) }

            var phases: [String: Int] = [:]
            var completed = 0
            while phases.values.reduce(0, +) < 50 {
                let process = try place.start(command)
                let instant = Duration.microseconds(Int64.random(in: 0..<900_000, using: &random))
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
    func phase(of process: ChildProcess) -> String {
        let word = FileManager.default.contents(atPath: folder.appending(path: "m/x.db.lock").path) ?? Data()
        do {
            let holder = try JSONValue(parsing: ByteString(Array(word)))
            guard holder["pid"]?.asInt64 == Int64(process.id) else { return "start" }
            return holder["state"]?.asString ?? "start"
        } catch { return "start" }
    }
}
