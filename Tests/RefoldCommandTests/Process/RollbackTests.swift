import Foundation
import Testing

@Suite(.startsProcesses) struct RollbackTests {
    private static let elsewhere = ["--target=prod.yaml", "--state-dir=elsewhere"]

    /// Two runs, the second over a grown archive: their documents differ.
    private func withTwoIndices(
        _ body: (Workplace, _ reader: AliasReader, _ old: [String], _ new: [String]) async throws -> Void
    ) async throws {
        try await Workplace.with(events: 400) { place in
            try place.write(
                "apiVersion: refold/v1\nkind: Target\nname: prod\nembedded: m/x.db\n",
                to: "prod.yaml"
            )
            try place.forgetCatalog()
            try place.move("a/events-000002.jsonl.zst", to: "later.jsonl.zst")
            #expect(try await place.run().status == 0)
            let old = try place.documents()
            let reader = AliasReader("clients", of: place.folder.appending(path: "m/x.db").path)
            try place.move("later.jsonl.zst", to: "a/events-000002.jsonl.zst")
            do {
                #expect(try await place.run().status == 0)
                try await body(place, reader, old, try place.documents())
            } catch {
                _ = try await reader.stop()
                throw error
            }
            let seen = try await reader.stop()
            #expect(seen.faults == [])
            #expect(seen.reads > 20)
        }
    }

    @Test func `a rollback from another state folder holds, and a reader always sees exactly one index`()
        async throws
    {
        try await withTwoIndices { place, reader, old, new in
            let left = try #require(try place.serving())
            let kept = try #require(try place.indices().first { $0 != left })

            let back = try await place.refold(["rollback", "clients"] + Self.elsewhere)
            #expect(back.status == 0, back.everything)
            #expect(back.lines.contains("clients \(left) \(kept)"), back.everything)
            #expect(back.output.contains("newer only in \(left): "), back.everything)
            #expect(try place.serving() == kept)
            #expect(try place.documents() == old)

            let held = try await place.run()
            #expect(held.status == 5, held.everything)
            #expect(held.output.contains("plan → held"))
            #expect(try place.serving() == kept)

            let released = try await place.refold(["rollback", "--release", "clients"] + Self.elsewhere)
            #expect(released.status == 0, released.everything)
            let next = try await place.type(try #require(released.follow))
            #expect(next.status == 0, next.everything)
            let swapped = try await place.run()
            #expect(swapped.status == 0, swapped.everything)
            #expect(try place.documents() == new)
            // The held run goes on: it does not begin a second index.
            #expect(try place.run(of: swapped) == place.run(of: held))
            let seen = reader.soFar
            #expect(Set(seen.contents) == [old, new])
        }
    }

    @Test func `swaps forth and back, each by the command that the last one printed, never show a mixture`()
        async throws
    {
        try await withTwoIndices { place, reader, old, new in
            var told = try await place.refold(["rollback", "clients"] + Self.elsewhere)
            for turn in 0..<40 {
                #expect(told.status == 0, told.everything)
                #expect(try place.documents() == (turn.isMultiple(of: 2) ? old : new))
                told = try await place.type(try #require(told.follow))
            }
            #expect(Set(reader.soFar.contents) == [old, new])
        }
    }

    @Test func `cutover releases the hold, and the next run swaps again`() async throws {
        try await withTwoIndices { place, _, _, new in
            #expect(try await place.refold(["rollback", "clients"] + Self.elsewhere).status == 0)
            let held = try await place.run()
            #expect(held.status == 5, held.everything)
            let forward = try await place.type(try #require(held.follow))
            #expect(forward.status == 0, forward.everything)
            #expect(try place.documents() == new)
            #expect(try await place.run().status == 0)
        }
    }

    /// Regression: a job or run named to `--release` was taken for an alias, and answered "no hold" with 0 under a hold.
    @Test(arguments: ["clients", "JOB", "RUN"])
    func `release ends every hold of what was named, and a slip is no answer that there is none`(
        named: String
    ) async throws {
        try await Workplace.with(events: 300, readModels: ["clients", "projects"]) { place in
            #expect(try await place.run().status == 0)
            let second = try await place.run()
            #expect(second.status == 0, second.everything)
            let back = try await place.refold(["rollback", Workplace.job])
            #expect(back.status == 0, back.everything)
            #expect(try await place.run().status == 5)

            let state = named == "JOB" ? [] : ["--state-dir=m/.refold"]
            let word = ["JOB": Workplace.job, "RUN": try place.run(of: second)][named] ?? named
            let released = try await place.refold(["rollback", "--release", word] + state)
            #expect(released.status == 0, released.everything)
            let count = released.lines.filter { $0.hasPrefix("released: ") }.count
            #expect(count == (named == "clients" ? 1 : 2), released.everything)
            #expect(try await place.run().status == (named == "clients" ? 5 : 0))

            try place.write(
                "apiVersion: refold/v1\nkind: Target\nname: prod\nembedded: m/x.db\n",
                to: "prod.yaml"
            )
            let slip = try await place.refold(["rollback", "--release", "client", "--target=prod.yaml"])
            #expect(slip.status == 64, slip.everything)
        }
    }

    @Test func `cutover tells and touches only the aliases that it moved`() async throws {
        try await Workplace.with(events: 300, readModels: ["clients", "projects"]) { place in
            #expect(try await place.run().status == 0)
            #expect(try await place.run().status == 0)
            let left = try #require(try place.serving())
            let stays = try #require(try place.serving("projects"))
            let back = try await place.refold(["rollback", "clients", "--state-dir=m/.refold"])
            #expect(back.status == 0, back.everything)
            let kept = try #require(try place.serving())

            let swappedAt = try await swapped(place, stays)
            let forward = try await place.type(try #require(back.follow))
            #expect(forward.status == 0, forward.everything)
            #expect(forward.lines.contains("clients \(kept) \(left)"), forward.everything)
            #expect(forward.lines.contains("projects \(stays) \(stays)"), forward.everything)
            #expect(try place.serving() == left)
            #expect(try await swapped(place, stays) == swappedAt)
        }
    }

    /// When an index was swapped in, as the target itself says.
    private func swapped(_ place: Workplace, _ index: String) async throws -> String {
        let status = try await place.refold(["status", "--state-dir=m/.refold"])
        return try #require(status.lines.first { $0.contains(" \(index) ") })
    }
}
