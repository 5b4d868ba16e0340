import Foundation
import RefoldTestKit
import Synchronization
import Testing

/// Engines that push back for real: too much in one request, too much at once, bodies over a limit.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct BackPressureTests {
    /// A limit, and the status that tells of it.
    struct Pressure: Sendable, CustomStringConvertible {
        var settings: [String]
        var statuses: Set<Int>
        var description: String { settings.joined(separator: " ") }
    }
    private static let memory = Pressure(settings: ["indexing_pressure.memory.limit=250kb"], statuses: [429])
    private static let length = Pressure(settings: ["http.max_content_length=1mb"], statuses: [413])
    private static let queue = Pressure(
        settings: ["thread_pool.write.queue_size=1", "thread_pool.write.size=1"],
        statuses: [429]
    )
    private static let all = Pressure(
        settings: memory.settings + length.settings + queue.settings,
        statuses: [413, 429]
    )

    /// Each alone for one kind, all at once for the others.
    private static func cases() throws -> [(NodeKind, Pressure)] {
        let kinds = try EnginePlace.ownKinds()
        return kinds.prefix(1).flatMap { kind in [memory, length, queue].map { (kind, $0) } }
            + kinds.dropFirst().map { ($0, all) }
    }

    @Test(arguments: try cases())
    func `an engine that pushes back gets every document, and no request unchanged for ever`(
        kind: NodeKind,
        pressure: Pressure
    ) async throws {
        try await SearchNode.withOwn(kind, settings: pressure.settings) { node in
            // Ten megabytes in few documents: each shard of the run has more for one request than any limit takes.
            let events = (0..<650).map { number in
                EnginePlace.event(
                    "d\(number)",
                    #""number":\#(number),"text":"\#(String(repeating: "t", count: 16_000))""#
                )
            }
            try await EnginePlace.withThings(node, events) { engine in
                let expected = try await engine.reference("things")
                let tally = Tally()
                let proxy = try FaultServer(upstream: node.url) { request in
                    guard request.path.contains("/_bulk") else { return .pass }
                    do {
                        // The text is what was sent: on loopback nothing is compressed.
                        let answer = try node.exchange(
                            request.method,
                            request.path,
                            request.text,
                            contentType: request.headers["content-type"] ?? ""
                        )
                        tally.note(request, answer)
                        return .answer(answer)
                    } catch { return .resetBefore }
                }
                try engine.writeTarget(proxy.url, more: "bulk: { bytes: 10MB, concurrency: 8 }")
                let told = try await engine.run(["--set", "replay.shards=8"])
                proxy.close()
                #expect(told.status == 0, told.everything)
                #expect(try engine.documents("things") == expected)
                try engine.expectOrder(of: "things", indices: 1)
                let seen = tally.soFar
                print("\(kind), \(pressure): \(seen)")
                #expect(pressure.statuses.isSubset(of: seen.statuses.keys), "\(seen)")
                #expect(seen.mostRepeated <= 12, "\(seen)")
            }
        }
    }
}

/// What became of the bulk requests.
private final class Tally: Sendable {
    struct Seen {
        var requests = 0
        /// How many answers of each status; an item that was refused for now counts as its own status.
        var statuses: [Int: Int] = [:]
        var largest = 0
        var largestTaken = 0
        /// How often the request came that came most often.
        var mostRepeated = 0
        fileprivate var bodies: [[UInt8]: Int] = [:]
    }
    private let seen = Mutex(Seen())

    var soFar: Seen {
        var seen = seen.withLock { $0 }
        seen.mostRepeated = seen.bodies.values.max() ?? 0
        seen.bodies = [:]
        return seen
    }

    func note(_ request: Request, _ answer: Answer) {
        let items = answer.text.components(separatedBy: #""status":429"#).count - 1
        seen.withLock { seen in
            seen.requests += 1
            seen.statuses[answer.status, default: 0] += 1
            if answer.status == 200, items > 0 { seen.statuses[429, default: 0] += items }
            seen.largest = max(seen.largest, request.body.count)
            if answer.status == 200 { seen.largestTaken = max(seen.largestTaken, request.body.count) }
            // The path names the index: two indices get the same documents only by chance.
            seen.bodies[Array(request.path.utf8) + request.body, default: 0] += 1
        }
    }
}
