import Foundation
import RefoldBytes
import Testing

/// SIGKILL at each named place of a run or a rollback.
@Suite(.startsProcesses) struct FailpointKillTests {
    static let ofRollback: Set<Failpoint> = [.beforeRollback, .afterRollback]
    static let ofRun = Failpoint.allCases.filter { !ofRollback.contains($0) }

    /// Two indices over a part of the archive, then the archive grows: the next run swaps and deletes.
    private func withTwoRuns(_ body: (Workplace, _ part: [String]) async throws -> Void) async throws {
        try await Workplace.with(events: 300) { place in
            try place.forgetCatalog()
            try place.move("a/events-000002.jsonl.zst", to: "later.jsonl.zst")
            for _ in 0..<2 { #expect(try await place.run().status == 0) }
            let part = try place.documents()
            try place.move("later.jsonl.zst", to: "a/events-000002.jsonl.zst")
            try await body(place, part)
        }
    }

    /// What an uninterrupted run makes of the whole archive.
    private func whole(_ place: Workplace) async throws -> [String] {
        let told = try await place.run(["--set", "target.embedded=whole.db", "--state-dir=whole"])
        #expect(told.status == 0, told.everything)
        return try place.documents(in: "whole.db")
    }

    @Test(arguments: ofRun)
    func `killed at any failpoint, the same command gives the documents of an uninterrupted run`(
        point: Failpoint
    ) async throws {
        try await withTwoRuns { place, part in
            let expected = try await whole(place)
            #expect(part != expected)
            let killed = try await place.run(failpoint: point.rawValue)
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            // Readers see one index or the other, never a mixture.
            let between = try place.documents()
            #expect(between == part || between == expected)

            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            #expect(try place.documents() == expected)
            #expect(try place.indices().count == 2)
            #expect(try place.leftovers() == [])
            #expect(told.output.contains("undo: refold rollback "), told.everything)
        }
    }

    @Test(arguments: ofRollback.sorted { $0.rawValue < $1.rawValue })
    func `a rollback that was killed is done by the same command, and holds`(point: Failpoint) async throws {
        try await withTwoRuns { place, part in
            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            let expected = try place.documents()
            let undo = try #require(told.follow)
            let killed = try await place.refold(place.words(undo), failpoint: point.rawValue)
            #expect(killed.end == .killed(SIGKILL), killed.everything)
            let between = try place.documents()
            #expect(between == part || between == expected)
            // Whatever the kill left, a run must not swap forward over a rollback that was asked for.
            let held = try await place.run()
            #expect(held.status == 5, held.everything)

            let back = try await place.type(undo)
            #expect(back.status == 0, back.everything)
            #expect(try place.documents() == part)

            // A cutover has the same places.
            let forth = try #require(back.follow)
            let cut = try await place.refold(place.words(forth), failpoint: point.rawValue)
            #expect(cut.end == .killed(SIGKILL), cut.everything)
            let done = try await place.type(forth)
            #expect(done.status == 0, done.everything)
            #expect(try place.documents() == expected)
            let next = try await place.run()
            #expect(next.status == 0, "no hold is left: \(next.everything)")
        }
    }
}

extension Workplace {
    /// Moves a file.
    func move(_ old: String, to new: String) throws {
        try FileManager.default.moveItem(
            at: folder.appending(path: old),
            to: folder.appending(path: new)
        )
    }

    /// A command line's words after `refold`; none of them is quoted.
    func words(_ line: String) throws -> [String] {
        try #require(line.hasPrefix("refold ") && !line.contains("'"), "\(line)")
        return line.split(separator: " ").dropFirst().map(String.init)
    }
}
