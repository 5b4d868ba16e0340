import Foundation
import RefoldSQLite
import Testing

/// Each gate that refuses: its status, what still serves, and that the command printed does what it promises.
@Suite(.startsProcesses) struct GateEndTests {
    private func change(_ place: Workplace, _ sql: String) throws {
        let connection = try place.connection()
        try connection.execute(sql)
        try connection.close()
    }

    @Test(
        arguments: [
            (
                "canary", 4,
                "verify: { canaries: [ { name: none, readModel: clients, query: { term: { id: nobody } }, hits: { min: 1 } } ] }",
                "verify: { canaries: [ { name: none, readModel: clients, query: { term: { id: nobody } }, hits: { max: 0 } } ] }"
            ),
            ("gaps", 3, "verify: { gaps: { budget: 0 } }", "verify: { gaps: { budget: 100 } }"),
            ("marks", 3, "verify: { marks: { budget: 0 } }", "verify: { marks: { budget: 100 } }"),
        ] as [(String, Int32, String, String)]
    )
    func `refused by a gate of the job: the same command judges again, once the job is changed`(
        gate: String,
        status: Int32,
        refusing: String,
        allowing: String
    ) async throws {
        try await Workplace.with(events: 1_200, seed: 3, more: refusing) { place in
            let told = try await place.run()
            #expect(told.status == status, told.everything)
            #expect(told.remarks.contains("[gate.\(gate)]"), told.everything)
            #expect(try place.serving() == nil)
            let still = try await place.follow(told, ending: status)
            try place.writeJob(more: allowing)
            let swapped = try await place.follow(still)
            // Only the judgement was repeated: it is the same run and the same index.
            #expect(try place.run(of: swapped) == place.run(of: told))
            #expect(try place.indices().count == 1)
        }
    }

    @Test func `behind: the serving index has a newer document, and only verify.behind lets the swap pass`()
        async throws
    {
        try await Workplace.with(events: 300) { place in
            #expect(try await place.run().status == 0)
            let serving = try #require(try place.serving())
            let id = try #require(try place.texts("SELECT min(_id) FROM clients").first)
            try change(
                place,
                "UPDATE \"\(serving)\" SET _version = _version + 5000000 WHERE _id = '\(id)'"
            )
            let told = try await place.run()
            #expect(told.status == 4, told.everything)
            #expect(told.remarks.contains("[gate.behind]"))
            #expect(told.remarks.contains("1 newer documents") && told.remarks.contains(id), told.everything)
            #expect(told.remarks.contains("by up to 5 s"), told.everything)
            #expect(try place.serving() == serving)
            let still = try await place.follow(told, ending: 4)
            try place.writeJob(more: "verify: { behind: allow }")
            let swapped = try await place.follow(still)
            #expect(swapped.output.contains("gate behind reported"), swapped.everything)
            #expect(try place.serving() != serving)
        }
    }

    @Test func `fewer documents than the share: refused, until the job allows it`() async throws {
        try await Workplace.with(events: 300) { place in
            try place.forgetCatalog()
            #expect(try await place.run().status == 0)
            let serving = try place.serving()
            for number in 1...2 { try place.remove("a/events-00000\(number).jsonl.zst") }
            try place.writeJob(more: "verify: { behind: allow, minimumShareOfPrevious: 1 }")
            let told = try await place.run()
            #expect(told.status == 4, told.everything)
            #expect(told.remarks.contains("[gate.share]"), told.everything)
            #expect(try place.serving() == serving)
            try place.writeJob(more: "verify: { behind: allow, minimumShareOfPrevious: 0 }")
            _ = try await place.follow(told)
            #expect(try place.serving() != serving)
        }
    }

    /// Lets a run stand before its verification, does something, and lets it go on.
    private func run(_ place: Workplace, meanwhile act: () throws -> Void) async throws -> Told {
        let go = place.folder.appending(path: "go").path
        let process = try place.start(["run", Workplace.job], failpoint: "verify.before:wait=\(go)")
        try await eventually(within: .seconds(60), "the run stands") { place.has("go.reached") }
        try act()
        try place.write("", to: "go")
        return try await Workplace.told(process)
    }

    @Test func `moved: someone else moved the alias under the run, and the same command plans anew`()
        async throws
    {
        try await Workplace.with(events: 200) { place in
            for _ in 0..<2 { #expect(try await place.run().status == 0) }
            let serving = try #require(try place.serving())
            let other = try #require(try place.indices().first { $0 != serving })
            let told = try await run(place) {
                let view = try place.texts("SELECT sql FROM sqlite_master WHERE name = 'clients'")
                let moved = try #require(view.first).replacing(serving, with: other)
                try change(place, "BEGIN; DROP VIEW clients; \(moved); COMMIT")
            }
            #expect(told.status == 14, told.everything)
            #expect(told.remarks.contains("[gate.moved]") && told.remarks.contains(other), told.everything)
            #expect(try place.serving() == other)
            _ = try await place.follow(told)
            let now = try #require(try place.serving())
            #expect(![serving, other].contains(now))
        }
    }

    @Test func `the index was dropped under the run: 14, and the command begins a new one`() async throws {
        try await Workplace.with(events: 200) { place in
            #expect(try await place.run().status == 0)
            let serving = try #require(try place.serving())
            let told = try await run(place) {
                let index = try #require(try place.indices().first { $0 != serving })
                try change(place, "DROP TABLE \"\(index)\"")
            }
            #expect(told.status == 14, told.everything)
            #expect(try place.serving() == serving)
            _ = try await place.follow(told)
            #expect(try place.serving() != serving)
        }
    }

    @Test func `occupied: a table came under the alias's name while the run worked`() async throws {
        try await Workplace.with(events: 200) { place in
            let told = try await run(place) { try change(place, "CREATE TABLE clients(a)") }
            #expect(told.status == 14, told.everything)
            #expect(told.remarks.contains("[gate.occupied]"), told.everything)
            try change(place, "DROP TABLE clients")
            _ = try await place.follow(told)
            #expect(try place.serving() != nil)
        }
    }
}
