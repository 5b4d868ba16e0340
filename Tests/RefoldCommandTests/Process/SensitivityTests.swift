import Foundation
import RefoldBytes
import RefoldSQLite
import Testing

/// What a second connection does to the new index while the run stands before its verification.
@Suite(.startsProcesses) struct SensitivityTests {
    private static let first = #"(SELECT min("_id") FROM "INDEX")"#

    @Test(
        arguments: [
            (
                "altered",
                #"UPDATE "INDEX" SET "_source" = replace("_source", '"is_deleted":false', '"is_deleted":true') WHERE "_id" = FIRST"#
            ),
            (
                "altered",
                #"UPDATE "INDEX" SET "_version" = "_version" + 1 WHERE "_id" = FIRST"#
            ),
            ("missing", #"DELETE FROM "INDEX" WHERE "_id" = FIRST"#),
            (
                "added",
                #"INSERT INTO "INDEX"("_id", "_version", "_source") SELECT 'ADDED', "_version", "_source" FROM "INDEX" WHERE "_id" = FIRST"#
            ),
        ]
    )
    func `one document changed in the new index stops the swap with 4 and is named`(
        change: String,
        sql: String
    ) async throws {
        try await Workplace.with(events: 400) { place in
            #expect(try await place.run().status == 0)
            let serving = try #require(try place.serving())
            let go = place.folder.appending(path: "go").path
            let process = try place.start(["run", Workplace.job], failpoint: "verify.before:wait=\(go)")
            try await eventually(within: .seconds(60), "the run stands before verify") {
                place.has("go.reached")
            }
            let index = try #require(try place.indices().first { $0 != serving })
            let id = try #require(try place.texts("SELECT min(_id) FROM \"\(index)\"").first)
            let second = try place.connection()
            try second.execute(
                sql.replacing("FIRST", with: Self.first).replacing("INDEX", with: index)
            )
            #expect(second.changes == 1)
            try second.close()
            try place.write("", to: "go")
            let told = try await Workplace.told(process)
            #expect(told.status == 4, told.everything)
            #expect(told.output.contains("plan → refused"))
            #expect(told.remarks.contains("[gate.digest]"), told.everything)
            let named = change == "added" ? "ADDED" : id
            #expect(told.output.contains("differ: \(change) \(named)"), told.everything)
            #expect(try place.serving() == serving)

            // A spoilt index is not mended: the next command begins a new one.
            let follow = try #require(told.follow)
            #expect(follow.hasSuffix(" --fresh"))
            let again = try await place.type(follow)
            #expect(again.status == 0, again.everything)
            #expect(try !place.indices().contains(index))
        }
    }
}
