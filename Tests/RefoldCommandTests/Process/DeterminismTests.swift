import Foundation
import Testing

/// The same manifest and the same archive make the same documents.
@Suite(.startsProcesses) struct DeterminismTests {
    private static let models = ["clients", "projects"]

    private func documents(_ place: Workplace, _ words: [String], to file: String) async throws -> [[String]]
    {
        let told = try await place.run(
            ["--set", "target.embedded=\(file)", "--state-dir=\(file).state"] + words
        )
        #expect(told.status == 0, told.everything)
        return try Self.models.map { try place.documents($0, in: file) }
    }

    @Test func `shards, memory, checkpoints and the order of the segments change no byte`() async throws {
        try await Workplace.with(events: 3_000, segments: 5, seed: 3, readModels: Self.models) { place in
            let expected = try await documents(place, ["--shards=1"], to: "one.db")
            for shards in [2, 3, 8] {
                let made = try await documents(place, ["--shards=\(shards)"], to: "shards-\(shards).db")
                #expect(made == expected, "\(shards) shards")
            }
            let often = ["--shards=3", "--memory=1MiB", "--set", "replay.checkpointEvery=10ms"]
            #expect(try await documents(place, often, to: "often.db") == expected)
            // The folder is the list, in the order of its names: turned round.
            try place.forgetCatalog()
            for number in 0..<5 {
                try place.move("a/events-00000\(number).jsonl.zst", to: "a/turned-\(9 - number).jsonl.zst")
            }
            #expect(try await documents(place, ["--shards=2"], to: "turned.db") == expected)
        }
    }

    @Test func `a memory budget that the states exceed spills them, and the documents are the same`()
        async throws
    {
        try await Workplace.with(events: 6_000, readModels: Self.models) { place in
            let expected = try await documents(place, [], to: "roomy.db")
            let small = [
                "--memory=64KiB", "--set", "replay.checkpointEvery=0s",
                "--set", "target.embedded=small.db", "--state-dir=small.state",
            ]
            let go = place.folder.appending(path: "go").path
            let process = try place.start(
                ["run", Workplace.job] + small,
                failpoint: "index.before-create:wait=\(go)"
            )
            try await eventually(within: .seconds(60), "the fold is done") {
                place.has("go.reached") || process.endIfAny != nil
            }
            // Without checkpoints, files of states are spills.
            let spilled = try place.leftovers("small.state").filter { $0.contains("/states-") }
            #expect(!spilled.isEmpty)
            try place.write("", to: "go")
            let told = try await Workplace.told(process)
            #expect(told.status == 0, told.everything)
            #expect(try Self.models.map { try place.documents($0, in: "small.db") } == expected)
            #expect(try place.leftovers("small.state") == [])
        }
    }

    @Test(arguments: [
        "fold.before-checkpoint", "fold.after-checkpoint", "index.after-load", "index.before-shard-done",
    ])
    func `a run that spilled and was killed goes on with other shards and other memory`(
        point: String
    ) async throws {
        try await Workplace.with(events: 3_000, readModels: Self.models) { place in
            let expected = try await documents(place, [], to: "roomy.db")
            let killed = try await place.run(
                ["--shards=2", "--memory=64KiB", "--set", "replay.checkpointEvery=50ms"],
                failpoint: point
            )
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            let told = try await place.run(["--shards=3", "--memory=128KiB"])
            #expect(told.status == 0, told.everything)
            #expect(try Self.models.map { try place.documents($0) } == expected)
            #expect(try place.leftovers() == [])
            #expect(try place.indices().count == 2)
        }
    }
}
