import Foundation
import Testing

/// `replay.snapshot: keep`: the next run reads only what is new, and nothing else changes.
@Suite(.startsProcesses) struct SnapshotTests {
    private static let models = ["clients", "projects"]
    private static let keep = ["--set", "replay.snapshot=keep"]

    /// The documents of a run that reads everything, in a place of its own.
    private func expected(
        _ place: Workplace,
        _ name: String
    ) async throws -> (documents: [[String]], sums: [String]) {
        let told = try await place.run(["--set", "target.embedded=\(name).db", "--state-dir=\(name).state"])
        #expect(told.status == 0, told.everything)
        return (try Self.models.map { try place.documents($0, in: "\(name).db") }, sums(told))
    }

    private func sums(_ told: Told) -> [String] {
        told.output.split(separator: "\n").map(String.init).filter { $0.contains("closes") }
    }

    private func documents(_ place: Workplace) throws -> [[String]] {
        try Self.models.map { try place.documents($0) }
    }

    @Test func `night after night the documents and sums are those of reading everything`() async throws {
        let segments = 14
        try await Workplace.with(events: 4_200, segments: segments, seed: 5, readModels: Self.models) {
            place in
            try place.forgetCatalog()
            let names = (0..<segments).map { number in "events-\(String(format: "%06d", number)).jsonl.zst" }
            for name in names.dropFirst(2) { try place.move("a/\(name)", to: "later-\(name)") }
            // More nights than runs are left apart, another number of shards on the way.
            for (night, name) in names.enumerated() where night > 1 {
                try place.move("later-\(name)", to: "a/\(name)")
                let told = try await place.run(Self.keep + ["--shards=\(night == 6 ? 3 : 2)"])
                #expect(told.status == 0, told.everything)
                #expect(
                    told.remarks.contains("the snapshot of the last run covers") == (night > 2),
                    told.everything
                )
                guard [2, 3, 6, 13].contains(night) else { continue }
                let whole = try await expected(place, "whole-\(night)")
                #expect(try documents(place) == whole.documents, "night \(night)")
                #expect(sums(told) == whole.sums, "night \(night)")
            }
        }
    }

    @Test func `a segment that changed, a fold that changed and a file that is damaged are never built upon`()
        async throws
    {
        try await Workplace.with(events: 1_200, segments: 4, seed: 5, readModels: Self.models) { place in
            try place.forgetCatalog()
            #expect(try await place.run(Self.keep).status == 0)
            // A segment is gone.
            try place.move("a/events-000001.jsonl.zst", to: "gone")
            let gone = try await place.run(
                Self.keep + ["--set", "verify.behind=allow", "--set", "verify.minimumShareOfPrevious=0"]
            )
            #expect(gone.status == 0, gone.everything)
            #expect(gone.remarks.contains("events-000001.jsonl.zst is gone"), gone.everything)
            #expect(try documents(place) == (try await expected(place, "gone-whole")).documents)
            try place.move("gone", to: "a/events-000001.jsonl.zst")
            #expect(try await place.run(Self.keep).status == 0)
            // A byte of the states is not as it was written.
            let folder = place.folder.appending(path: "m/.refold/snapshots/nightly")
            let number = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
            let kept = folder.appending(path: number)
            let run = try #require(
                try FileManager.default.contentsOfDirectory(atPath: kept.path).first { $0.hasSuffix(".run") }
            )
            var bytes = try Data(contentsOf: kept.appending(path: run))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: kept.appending(path: run))
            let damaged = try await place.run(Self.keep)
            #expect(damaged.status == 1, damaged.everything)
            #expect(damaged.remarks.contains("--fresh"), damaged.everything)
            let fresh = try await place.run(Self.keep + ["--fresh"])
            #expect(fresh.status == 0, fresh.everything)
            #expect(try documents(place) == (try await expected(place, "whole")).documents)
            // And what that one kept is whole again.
            #expect(try await place.run(Self.keep).status == 0)
        }
    }

    @Test func `killed at any step of the fold, the next run neither loses nor doubles anything`()
        async throws
    {
        try await Workplace.with(events: 1_500, segments: 5, seed: 8, readModels: Self.models) { place in
            try place.forgetCatalog()
            try place.move("a/events-000004.jsonl.zst", to: "later")
            #expect(try await place.run(Self.keep).status == 0)
            try place.move("later", to: "a/events-000004.jsonl.zst")
            for point in ["fold.before", "fold.before-checkpoint", "fold.after-checkpoint", "index.before"] {
                let killed = try await place.run(Self.keep, failpoint: point)
                #expect(killed.status != 0, "\(point): \(killed.everything)")
            }
            let told = try await place.run(Self.keep)
            #expect(told.status == 0, told.everything)
            let whole = try await expected(place, "whole")
            #expect(try documents(place) == whole.documents)
            #expect(sums(told) == whole.sums)
        }
    }
}
