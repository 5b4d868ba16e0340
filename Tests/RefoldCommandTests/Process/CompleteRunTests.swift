import Foundation
import Testing

@Suite(.startsProcesses) struct CompleteRunTests {
    @Test func `the file histories come out of the executable as the expected documents`() async throws {
        try await Workplace.withFileHistory { place in
            let told = try await place.refold(
                ["run", "h/rebuild.yaml", "--state-dir", "s", "--set", "target.embedded=x.db"]
            )
            #expect(told.status == 0, told.everything)
            let expected = try String(
                contentsOf: place.folder.appending(path: "h/expected.ndjson"),
                encoding: .utf8
            )
            let sources = try place.texts("SELECT _source FROM files ORDER BY _id", in: "x.db")
            #expect(sources == expected.split(separator: "\n").map(String.init))
            #expect(!place.has("h/.refold") && !place.has("h/file-history.db"))
            #expect(told.follow == "refold status \(try place.run(of: told)) --state-dir=s")
        }
    }

    @Test func `several read models fill from one pass, each with sums of its own that close and are true`()
        async throws
    {
        let models = ["clients", "projects"]
        try await Workplace.with(events: 900, readModels: models) { place in
            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            #expect(told.output.components(separatedBy: "  closes").count == 1 + 1 + 2 * models.count)
            let lines = told.lines
            #expect(lines.contains("lines 900 = blank 0 + events 900 + rejected 0 closes"))
            for model in models {
                let count = try place.documents(model).count
                let sum = "\(count) = indexed \(count) + superseded 0 + deleted 0 + rejected 0"
                #expect(lines.contains("documents \(sum) closes \(model)"), told.everything)
            }
        }
    }

    @Test
    func
        `progress without a terminal never stands at nothing, and the last line of a phase says what it did`()
        async throws
    {
        try await Workplace.with(events: 900, readModels: ["clients", "projects"]) { place in
            let told = try await place.run()
            #expect(told.status == 0, told.everything)
            let lines = told.remarks.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0.contains(" 0%") } == [])
            let documents = try ["clients", "projects"].map { try place.documents($0).count }.reduce(0, +)
            #expect(
                lines.filter { $0.contains(" done: ") } == [
                    "fold done: 900 events of 3 segments, 0 rejects",
                    "index done: \(documents) documents written into 2 indices, 0 rejects",
                    "settle done: 2 indices with \(documents) documents can be read",
                    try #require(lines.first { $0.hasPrefix("verify done: ") }),
                    "cut-over done: 2 aliases moved, read back",
                    "retire done: nothing deleted",
                ],
                told.everything
            )
        }
    }

    @Test func `read models that need not swap together end as those that do`() async throws {
        let models = ["clients", "projects"]
        try await Workplace.with(events: 300, readModels: models) { place in
            #expect(try await place.run().status == 0)
            let together = try models.map { try place.documents($0) }
            let told = try await place.run(["--set", "cutover.together=false"])
            #expect(told.status == 0, told.everything)
            #expect(try models.map { try place.documents($0) } == together)
            #expect(try place.indices().count == 4)
        }
    }

    @Test(arguments: ["f.ndjson", "f.ndjson.zst"])
    func `the file target holds the pairs of the embedded documents, and the run ends written`(
        file: String
    ) async throws {
        try await Workplace.with(events: 600) { place in
            #expect(try await place.run().status == 0)
            let written = try await place.run(
                ["--set", "target.file=\(file)", "--set", "cutover.keep=2", "--state-dir", "s"]
            )
            #expect(written.status == 0, written.everything)
            #expect(written.output.contains("plan → written"))
            let pairs = try await place.pairs(of: file)
            let documents = try place.texts(
                """
                SELECT '{"index":{"_index":"clients","_id":"' || _id || '","version":' || _version
                  || ',"version_type":"external_gte"}}' || char(10) || _source FROM clients
                """
            )
            #expect(pairs == documents.sorted())
            let next = try await place.type(try #require(written.follow))
            #expect(next.status == 0, next.everything)
        }
    }
}

extension Workplace {
    /// The run that a report begins with.
    func run(of told: Told) throws -> String {
        let words = told.output.split(separator: " ", maxSplits: 2)
        try #require(words.first == "run", told.everything)
        return String(words[1])
    }

    /// The pairs of action and document of a bulk body, unpacked by name, in a fixed order.
    func pairs(of file: String) async throws -> [String] {
        let cat = file.hasSuffix(".zst") ? "zstd -dcq" : "cat"
        let lines = try await type("\(cat) \(file)").output.split(separator: "\n")
        try #require(!lines.isEmpty && lines.count.isMultiple(of: 2))
        return stride(from: 0, to: lines.count, by: 2).map { "\(lines[$0])\n\(lines[$0 + 1])" }.sorted()
    }
}
