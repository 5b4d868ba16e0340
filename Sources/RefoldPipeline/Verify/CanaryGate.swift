import RefoldBytes
import RefoldIndex
import RefoldModel

/// Whether queries whose hits are known find them in the new index.
enum CanaryGate {
    static func judge(_ canary: Verify.Canary, hits: Int) -> GateResult {
        let least = canary.minimumHits ?? 0
        let most = canary.maximumHits ?? Int.max
        let isRight = hits >= least && hits <= most
        var wanted = "at least \(grouped(least))"
        if let most = canary.maximumHits { wanted += " and at most \(grouped(most))" }
        return GateResult(
            .canary,
            isRight ? .passed : .failed,
            readModel: canary.readModel,
            "\(canary.name) finds \(grouped(hits)), wanted are \(wanted)"
        )
    }

    static func ask(
        _ canary: Verify.Canary,
        of index: IndexIdentity,
        in target: any IndexTarget
    ) async throws(PipelineError) -> GateResult {
        do { return judge(canary, hits: try await target.hits(of: canary.query, in: index)) } catch {
            throw PipelineError(error)
        }
    }
}
