import Foundation
import RefoldTestKit
import Testing

/// SIGTERM while an engine does not answer, or says "later": the one promise of time that a run makes.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct EngineSignalTests {
    /// Which requests are held up, and how.
    enum Hindrance: String, CaseIterable {
        case bulkHangs, bulkBusy, firstContactHangs, settleHangs, scrollHangs, leaseBusy

        func isMeant(_ request: Request) -> Bool {
            switch self {
            case .bulkHangs, .bulkBusy: request.path.contains("/_bulk")
            case .firstContactHangs: request.path == "/"
            case .settleHangs: request.path.contains("/_refresh")
            case .scrollHangs: request.path.contains("_search")
            case .leaseBusy: request.path.contains("-refold-lease/_create")
            }
        }
        var reaction: Reaction {
            switch self {
            case .bulkBusy:
                .answer(429, "application/json", #"{"error":{"type":"rejected_execution_exception"}}"#)
            case .leaseBusy: .answer(503, "text/html", "<h1>503</h1>")
            default: .hang
            }
        }
    }

    @Test(arguments: try EnginePlace.oneKind(), Hindrance.allCases)
    func `SIGTERM ends a run within ten seconds whatever the engine does, and the same command goes on`(
        kind: NodeKind,
        hindrance: Hindrance
    ) async throws {
        try await EnginePlace.with(kind, events: 300) { engine in
            let isOut = Switch()
            isOut.value = true
            let proxy = try FaultServer(upstream: engine.node.url) { request in
                isOut.value && hindrance.isMeant(request) ? hindrance.reaction : .pass
            }
            try engine.writeTarget(proxy.url)
            let process = try engine.place.start(engine.command)
            let wanted = hindrance.reaction.isRepeated ? 3 : 1
            try await eventually(within: .seconds(120), "the engine is asked") {
                process.endIfAny != nil || proxy.requests.count { hindrance.isMeant($0) } >= wanted
            }
            process.signal(SIGTERM)
            let start = ContinuousClock.now
            let told = try await Workplace.told(process, within: .seconds(20))
            let took = start.duration(to: .now)
            #expect(told.status == 143, told.everything)
            #expect(took < .seconds(10), "\(hindrance): \(took)")
            #expect(told.remarks.contains("interrupted]"), told.everything)
            isOut.value = false
            let next = try await engine.run()
            #expect(next.status == 0, next.everything)
            try engine.expectOrder(indices: 1)
            proxy.close()
            print("\(hindrance): \(took)")
        }
    }
}

extension Reaction {
    /// Whether the client asks again.
    fileprivate var isRepeated: Bool { if case .answer = self { true } else { false } }
}
