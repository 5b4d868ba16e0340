import RefoldBytes
import RefoldIndex
import RefoldPipeline
import Testing

#if FAILPOINTS
@Suite struct FailpointSweepTests {
    @Test(arguments: Failpoint.allCases)
    func `after a failure at any failpoint the same command gives the same documents`(
        point: Failpoint
    ) async throws {
        let workshop = try Workshop()
        _ = try await workshop.run(MemoryFold(snapshots: accounts(0..<20)))
        _ = try await workshop.run(MemoryFold(snapshots: accounts(0..<20, version: 2_000)))
        let fold = MemoryFold(snapshots: accounts(0..<2_100, version: 3_000, name: "m"))
        let unreached: Set<Failpoint> = [.beforeRollback, .afterRollback]
        do {
            let report = try await Failpoint.$failing.withValue(point) { try await workshop.run(fold) }
            // Once the aliases have moved the run says so, whatever comes then.
            let isSwapped = report.outcome == .swapped && report.unfinished?.code == "failpoint"
            #expect(unreached.contains(point) != isSwapped, "the run passed the failpoint")
            if isSwapped { #expect(try await workshop.documents().count == 2_100) }
        } catch let error as PipelineError {
            #expect(error.code == "failpoint")
        }
        let report = try await workshop.run(fold)
        #expect(report.outcome == .swapped)
        let documents = try await workshop.documents()
        #expect(documents.count == 2_100)
        #expect(documents["00999"] == #"{"Name":"m999"}"#)
        let names = try await workshop.indices().map(\.identity.name)
        #expect(names.count == 2, "\(names)")
    }
}
#endif
