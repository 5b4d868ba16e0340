import Foundation
import RefoldTestKit
import Synchronization
import Testing

/// What readers see of a swap, and what a swap whose reply is lost leaves behind.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct EngineSwapTests {
    @Test(arguments: try EnginePlace.kinds())
    func `a reader sees exactly one complete index at each instant of two rebuilds and a rollback`(
        kind: NodeKind
    ) async throws {
        try await EnginePlace.with(kind, events: 900) { engine in
            let place = engine.place
            try place.forgetCatalog()
            for (number, name) in ["b", "c"].enumerated() {
                try place.move("a/events-00000\(number + 1).jsonl.zst", to: name)
            }
            #expect(try await engine.run().status == 0)
            var known = [
                (index: try #require(engine.serving().first), documents: try engine.documents().count)
            ]
            let reader = EngineReader(engine.alias(), of: engine.node)
            for (number, name) in ["b", "c"].enumerated() {
                try place.move(name, to: "a/events-00000\(number + 1).jsonl.zst")
                let told = try await engine.run(heldAt: "cut-over.before-swap") { try await reader.poll(500) }
                #expect(told.status == 0, told.everything)
                known.append((try #require(engine.serving().first), try engine.documents().count))
                try await reader.poll(300)
            }
            let undo = ["rollback", engine.alias(), "--target", EnginePlace.target]
            let back = try await place.refold(undo)
            #expect(back.status == 0, back.everything)
            known.append(known[1])
            try await reader.poll(300)
            let all = max(0, 2_000 - reader.soFar.polls)
            try await reader.poll(all)
            let seen = try await reader.stop()
            #expect(seen.faults == [])
            #expect(seen.polls >= 2_000)
            #expect(seen.contents.elementsEqual(known, by: ==), "\(seen.contents) \(known)")
            #expect(Set(known.map(\.documents)).count == 3)
            #expect(try engine.serving() == [known[1].index])
            print("\(seen.polls) polls of \(kind): \(seen.contents.map(\.documents))")
        }
    }

    /// What happens to the swap's request, and whether the alias has moved then.
    enum Fault: String, CaseIterable {
        case dropReply, resetBefore, resetAfterRequest, badGateway, badGatewayBefore

        func reaction(to request: Request, _ node: SearchNode) -> Reaction {
            switch self {
            case .dropReply: return .dropReply
            case .resetBefore: return .resetBefore
            case .resetAfterRequest: return .resetAfterRequest
            case .badGateway:
                _ = try? node.exchange(request.method, request.path, request.text)
                return Self.page
            case .badGatewayBefore: return Self.page
            }
        }

        /// What a gateway says.
        private static let page = Reaction.answer(
            502,
            "text/html",
            "<html><body><h1>502 Bad Gateway</h1></body></html>"
        )
        var hasEffect: Bool { self != .resetBefore && self != .badGatewayBefore }
    }

    /// Each fault with one kind that compares on its own and with the one that does not.
    private static func cases() throws -> [(NodeKind, Fault)] {
        let kinds = try EnginePlace.kinds()
        return Fault.allCases.enumerated().flatMap { place, fault in
            kinds.filter { $0 == .elasticsearch710 }.map { ($0, fault) }
                + kinds.filter { $0 != .elasticsearch710 }.enumerated()
                .filter { $0.offset == place % max(1, kinds.count - 1) }.map { ($0.element, fault) }
        }
    }

    @Test(arguments: try cases())
    func `a reply that is lost at the swap ends exactly old or exactly new, and the same command knows which`(
        kind: NodeKind,
        fault: Fault
    ) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            #expect(try await engine.run().status == 0)
            let old = try engine.serving()
            let expected = try engine.documents()
            let node = engine.node
            let proxy = try FaultServer(upstream: node.url) { request in
                request.path.hasPrefix("/_aliases") && request.call == 1
                    ? fault.reaction(to: request, node) : .pass
            }
            try engine.writeTarget(proxy.url)
            let told = try await engine.run()
            let now = try engine.serving()
            #expect(now.count == 1 && (now != old) == fault.hasEffect, told.everything)
            #expect(try engine.documents() == expected)
            #expect(told.status == (fault.hasEffect ? 0 : 13), told.everything)
            if !fault.hasEffect {
                #expect(told.remarks.contains("the aliases point where they did"), told.everything)
                #expect(told.remarks.contains("fix: "), told.everything)
            }
            let again = try await engine.run()
            #expect(again.status == 0, again.everything)
            // Swapped already: the same command begins the next run; else it does what was left.
            #expect(try engine.serving() != old)
            #expect(try engine.documents() == expected)
            try engine.expectOrder()
            proxy.close()
        }
    }

    @Test(arguments: try EnginePlace.oneKind())
    func `a swap whose fate cannot be learned ends ambiguous, and the same command learns it`(
        kind: NodeKind
    ) async throws {
        try await EnginePlace.with(kind, events: 90) { engine in
            #expect(try await engine.run().status == 0)
            let old = try engine.serving()
            let isOut = Switch()
            let proxy = try FaultServer(upstream: engine.node.url) { request in
                if request.path.hasPrefix("/_aliases"), request.call == 1 {
                    isOut.value = true
                    return .dropReply
                }
                return isOut.value ? .answer(403, "application/json", #"{"error":"forbidden"}"#) : .pass
            }
            try engine.writeTarget(proxy.url)
            let told = try await engine.run()
            #expect(told.status == 16, told.everything)
            #expect(told.remarks.contains("[pipeline.swap_ambiguous]"), told.everything)
            let now = try engine.serving()
            #expect(now != old && now.count == 1)
            isOut.value = false
            let again = try await engine.run()
            #expect(again.status == 0, again.everything)
            #expect(
                try engine.serving() == now,
                "it was done, so nothing was left to do: \(again.everything)"
            )
            try engine.expectOrder()
            proxy.close()
        }
    }
}

/// What a rule of a server looks at and a test turns.
final class Switch: Sendable {
    private let state = Mutex(false)
    var value: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
