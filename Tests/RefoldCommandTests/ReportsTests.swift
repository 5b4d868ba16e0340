import RefoldBytes
import RefoldCommand
import RefoldPipeline
import Testing

@Suite struct ReportsTests {
    private static let plan = #"""
        {"apiVersion":"refold/v1","kind":"Plan","job":"nightly","identity":"ab12","madeAt":"2026-11-23T02:15:00.000Z",
         "archive":{"segments":[["a.jsonl.zst",88340211,"9f3c"],["b.jsonl.zst",1000,"77ab"]],"unlisted":["c.jsonl"],
           "catalog":true,"events":2133799,"rawBytes":402653184},
         "readModels":[
           {"name":"clients","version":4,"index":"clients-v4-20261123t021500z-9f3c","servingVersion":3,
            "servingDocuments":412903,"servingMapping":"x",
            "aliases":[{"alias":"clients","from":"clients-v3-20261122t021500z-77ab","fromUUID":"u"},{"alias":"crm"}],
            "mapping":[{"field":"name.raw","from":null,"to":"keyword","class":"in place, rewrite"},
                       {"field":"status","from":"text","to":"keyword","class":"new index"}]},
           {"name":"projects","version":1,"index":"projects-v1-20261123t021500z-9f3d","servingVersion":null,
            "servingDocuments":null,"servingMapping":null,"aliases":[{"alias":"projects"}],"mapping":[]}],
         "abandoned":["clients-v4-20261121t021500z-0001"],"retired":["clients-v2-20261120t021500z-0002"],
         "disk":{"localBytes":2000000,"localFreeBytes":3000000000,"targetBytes":500000000,"targetFreeBytes":null},
         "warnings":["cutover.keep is 1: no index stays for a rollback"]}
        """#

    @Test func `a plan shows indices, mapping difference, room, deletions, warnings and the next command`()
        throws
    {
        let plan = try #require(RunPlan(json: JSONValue(parsing: ByteString(Self.plan))))
        let text = PlanReport(plan: plan).text(next: "refold run nightly.yaml")
        #expect(
            text == """
                plan of nightly  \(plan.digest.prefix(12))
                archive  2 segments, 88,341,211 bytes, 2,133,799 events, 402,653,184 bytes raw

                READ MODEL   INDEX                              DOCUMENTS NOW  ALIAS
                clients v4   clients-v4-20261123t021500z-9f3c         412,903  clients ← clients-v3-20261122t021500z-77ab
                                                                               crm ← new
                projects v1  projects-v1-20261123t021500z-9f3d              —  projects ← new

                FIELD     FROM  TO       CLASS      NOTE
                name.raw  —     keyword  in place   412,903 documents rewritten
                status    text  keyword  new index

                target    500.0 MB needed, free space not known
                local     2.0 MB needed, 3.0 GB free

                deleted when the run starts (abandoned): clients-v4-20261121t021500z-0001
                deleted after the swap (retention): clients-v2-20261120t021500z-0002

                warning: not in catalog.json: c.jsonl
                warning: cutover.keep is 1: no index stays for a rollback
                next: refold run nightly.yaml

                """
        )
    }

    @Test(
        arguments: [
            (2_000, nil, "2.0s"), (2_000, 2_999, "2.0s"), (2_000, 3_602_000, "2.0s (1h00m since it began)"),
            (.max, 5, durationText(.max)),
        ] as [(Int64, Int64?, String)]
    )
    func `a run tells how long it worked and, when it lay still, how long it is since it began`(
        worked: Int64,
        elapsed: Int64?,
        text: String
    ) {
        #expect(tookText(worked, since: elapsed) == text)
    }

    @Test(arguments: [
        (
            ProgressReport(
                phase: .fold,
                subject: "a.zst",
                done: 954_102,
                total: 2_133_823,
                unit: "events",
                rate: 1_204_000.5
            ),
            "fold 44%  954,102 of 2,133,823 events  1,204,000/s  a.zst"
        ),
        (
            ProgressReport(phase: .index, subject: "", done: 12, total: nil, unit: "documents"),
            "index  12 documents"
        ),
        (
            ProgressReport(
                phase: .fold,
                subject: "",
                done: 500_000,
                total: 1_000_000,
                unit: "bytes",
                rate: 2e6
            ),
            "fold 50%  500.0 kB of 1.0 MB  2.0 MB/s"
        ),
        (
            ProgressReport(phase: .fold, subject: "", done: 60_700, total: 12_600_000, unit: "bytes"),
            "fold  60.7 kB of 12.6 MB"
        ),
        (
            // Nobody knows how far a step is: no share that would stand still.
            ProgressReport.step(1, of: 2, "indices", in: .settle, subject: "x"), "settle  1 of 2 indices  x"
        ),
        (
            ProgressReport.ended(.fold, "5,000 events of 4 segments, 0 rejects"),
            "fold done: 5,000 events of 4 segments, 0 rejects"
        ),
        (
            ProgressReport(phase: .settle, subject: "x", done: 3, total: 0, unit: "steps", rate: .nan),
            "settle  3 steps  x"
        ),
        (
            ProgressReport(phase: .cutOver, subject: "", done: 7, total: 5, unit: "steps", rate: .infinity),
            "cut-over 100%  7 of 5 steps"
        ),
    ])
    func `progress is one line with share, amount and rate as far as they are known`(
        report: ProgressReport,
        line: String
    ) {
        #expect(report.line == line)
    }
}
