import Foundation
import RefoldBytes
import RefoldCommand
import RefoldSQLite
import Testing

/// What `cutover` moves, and what it refuses to move.
@Suite struct CutoverEndsTests {
    /// Regression: the mark stayed `ready` when gates that were asked again refused the index.
    @Test func `a ready index whose gates refuse it when they are asked again is not swapped in`()
        async throws
    {
        try await MadeJob.with { job in
            #expect(await job.rebuild("cutover.mode=manual").status == 0)
            try job.sql { "DELETE FROM \"\(try #require($0.first))\" WHERE rowid < 3" }
            let cutover = await job.run("cutover", "m/rebuild.yaml")
            #expect(cutover.status == 4, "\(cutover.remarks)")
            #expect(cutover.remarks.contains("[gate.count]"), "\(cutover.remarks)")
            #expect(cutover.remarks.contains("no alias was moved"))
            #expect(try await job.serving() == [:])

            let refused = await job.rebuild()
            #expect(refused.status == 4, "\(refused.remarks)")
            let again = await job.run("cutover", "m/rebuild.yaml")
            #expect(again.status == 64, "\(again.remarks)")
            #expect(again.remarks.contains("is not ready: its gates have not passed"))
            #expect(try await job.serving() == [:])
            let fresh = try await job.follow(refused)
            #expect(fresh.status == 0, "\(fresh.remarks)")
            #expect(try await job.serving().keys.sorted() == ["account"])
        }
    }

    /// Regression: what was left of the run was swapped in.
    @Test func `an index that is gone keeps those that are swapped together with it from being swapped`()
        async throws
    {
        try await MadeJob.with(readModels: "account.yaml, contact.yaml") { job in
            #expect(await job.rebuild("cutover.mode=manual").status == 0)
            try job.sql { "DROP TABLE \"\(try #require($0.first { $0.hasPrefix("contact-") }))\"" }
            let cutover = await job.run("cutover", "m/rebuild.yaml")
            #expect(cutover.status == 14, "\(cutover.remarks)")
            #expect(cutover.remarks.contains("is gone: no alias was moved"), "\(cutover.remarks)")
            #expect(cutover.remarks.contains("start over: `refold run m/rebuild.yaml --set="))
            let fresh = try #require(cutover.remarks.firstMatch(of: #/start over: `refold ([^`]+)`/#))
            #expect(fresh.1.hasSuffix(" --fresh"))
            #expect(try await job.serving() == [:])
        }
    }

    @Test func `read models that are swapped one after the other do not wait for one that is gone`()
        async throws
    {
        try await MadeJob.with(readModels: "account.yaml, contact.yaml") { job in
            #expect(await job.rebuild("cutover={ mode: manual, together: false }").status == 0)
            try job.sql { "DROP TABLE \"\(try #require($0.first { $0.hasPrefix("contact-") }))\"" }
            #expect(await job.run("cutover", "m/rebuild.yaml").status == 0)
            #expect(try await job.serving().keys.sorted() == ["account"])
        }
    }

    @Test func `a run of which no index is made yet has nothing to swap, and says where it stands`()
        async throws
    {
        try await MadeJob.with { job in
            try job.write("no event\nnor this\n", to: "a/zz.jsonl")
            try FileManager.default.removeItem(at: job.folder.appending(path: "a/catalog.json"))
            let failed = await job.rebuild("rejects.abortAt=1")
            #expect(failed.status == 3, "\(failed.remarks)")
            let cutover = await job.run("cutover", "m/rebuild.yaml")
            #expect(cutover.status == 64, "\(cutover.remarks)")
            #expect(cutover.remarks.contains("is not ready, there is nothing to swap"), "\(cutover.remarks)")
            #expect(cutover.remarks.contains("it ended failed"))
        }
    }
}

extension MadeJob {
    /// Runs a statement in the embedded target, made from the names of its indices.
    func sql(_ statement: ([String]) throws -> String) throws {
        let connection = try Connection(
            path: folder.appending(path: "m/refold.db").path,
            mode: .readWrite
        )
        let names = try connection.withStatement("SELECT name FROM _refold_indices ORDER BY name") {
            (statement) throws(SQLiteError) in
            var names: [String] = []
            while try statement.step() { names.append(statement.string(0) ?? "") }
            return names
        }
        try connection.execute(try statement(names))
        try connection.close()
    }
}
