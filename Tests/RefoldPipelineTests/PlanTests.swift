import Foundation
import RefoldBytes
import RefoldIndex
import RefoldModel
import Testing

@testable import RefoldPipeline

@Suite struct PlanTests {
    private func plan(
        _ workshop: Workshop,
        _ fold: MemoryFold,
        _ job: JobDefinition? = nil
    ) async throws -> RunPlan {
        try await Planner(job: job ?? workshop.job(), environment: workshop.environment(fold)).plan()
    }

    @Test func `a plan comes back from its JSON and writes nothing`() async throws {
        let workshop = try Workshop()
        let made = try await plan(workshop, MemoryFold(snapshots: accounts(0..<3)))
        #expect(RunPlan(json: try JSONValue(parsing: made.json.canonical)) == made)
        #expect(made.readModels[0].index.hasPrefix("clients-v1-20"))
        #expect(!FileManager.default.fileExists(atPath: workshop.stateFolder))
        #expect(!FileManager.default.fileExists(atPath: workshop.folder + "/x.db"))
    }

    @Test func `a plan that still holds runs with its names, a stale one is refused and says what moved`()
        async throws
    {
        let workshop = try Workshop()
        var fold = MemoryFold(snapshots: accounts(0..<3))
        var options = RunOptions()
        options.plan = try await plan(workshop, fold)
        let report = try await workshop.run(fold, options: options)
        #expect(report.readModels.map(\.index) == options.plan?.readModels.map(\.index))
        fold.segments.append(SegmentIdentity(path: "b.jsonl", bytes: 1, digest: "bb"))
        let stale = fold
        let given = options
        await #expect {
            _ = try await workshop.run(stale, options: given)
        } throws: { error in
            guard let error = error as? PipelineError, let cause = error.cause else { return false }
            return error.kind == .moved && cause.contains("segment b.jsonl added")
                && cause.contains("alias clients pointed at nothing, now at clients-v1")
        }
    }

    @Test func `what is not built is refused by name`() async throws {
        let workshop = try Workshop()
        let job = workshop.job {
            $0.notBuilt = ["replay.x"]
            $0.carryForward = true
        }
        await #expect {
            _ = try await plan(workshop, MemoryFold(snapshots: []), job)
        } throws: { error in
            guard let error = error as? PipelineError else { return false }
            return error.kind == .usage && error.message.contains("replay.x, carryForward")
        }
    }

    @Test func `a table of the alias's name is occupied`() async throws {
        let workshop = try Workshop()
        var mark = IndexMark(
            run: "r",
            job: "j",
            readModel: "clients",
            readModelVersion: 1,
            definition: .null,
            archiveDigest: "",
            startedAt: "2026-01-01T00:00:00.000Z",
            state: "ready"
        )
        mark.state = "ready"
        let target = workshop.target
        _ = try await target.create(
            IndexSpecification(name: "clients", settings: [:], mappings: Workshop.mappings, mark: mark)
        )
        try await target.close()
        await #expect {
            _ = try await plan(workshop, MemoryFold(snapshots: []))
        } throws: { ($0 as? PipelineError)?.code == "pipeline.occupied" }
    }

    @Test func `mapping changes have the class that real engines gave them`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/mapping-changes.ndjson")
        let order: [MappingChange.Class] = [.nothing, .inPlace, .inPlaceRewrite, .newIndex]
        let words = ["nothing", "in_place", "in_place_rewrite", "new_index"]
        var count = 0
        for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
            let change = try JSONValue(parsing: ByteString(String(line)))
            let from = try #require(change["from"]?.asObject)
            var to = try #require(change["to"]?.asObject)
            let wanted = try #require(change["class"]?.asString)
            // The new definition is `to` laid over `from`, unless leaving out is the change.
            if change["removal"]?.asBool != true { to = laid(to, over: from) }
            let found =
                MappingDifference.between(from, to).compactMap { order.firstIndex(of: $0.class) }.max() ?? 0
            #expect(words[found] == wanted, "\(change["change"]?.asString ?? "")")
            count += 1
        }
        #expect(count == 111)
    }

    private func laid(_ upper: JSONObject, over lower: JSONObject) -> JSONObject {
        var merged = lower
        for (name, value) in upper.members where name != "properties" { merged[name] = value }
        var fields = lower["properties"]?.asObject ?? [:]
        for (name, value) in upper["properties"]?.asObject?.members ?? [] { fields[name] = value }
        if !fields.isEmpty { merged["properties"] = .object(fields) }
        return merged
    }
}
