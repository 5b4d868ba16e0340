import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldTestKit
import Synchronization
import Testing

/// Answers that are lost on the way: each has its effect once, and what is told is true.
@Suite struct LostAnswerConformance {
    /// Runs a body through a proxy that reacts once, to the first request that begins so.
    private func withFault(
        on kind: NodeKind,
        _ method: String,
        _ end: String,
        _ reaction: @escaping @Sendable (NodePlot, Request) -> Reaction,
        _ body: (NodePlot, PlotTarget) async throws -> Void
    ) async throws {
        try await withPlot(on: kind) { plot in
            let isUsed = Mutex(false)
            let proxy = try FaultServer(upstream: plot.url) { request in
                let path = request.path.prefix { $0 != "?" }
                guard request.method == method, path.hasSuffix(end),
                    isUsed.withLock({ used in
                        defer { used = true }
                        return !used
                    })
                else { return .pass }
                return reaction(plot, request)
            }
            let target = try plot.open(through: proxy.url)
            try await body(plot, target)
            #expect(isUsed.withLock { $0 })
            try await target.close()
            proxy.close()
        }
    }

    private func withFault(
        on kind: NodeKind,
        _ method: String,
        _ end: String,
        _ reaction: Reaction,
        _ body: (NodePlot, PlotTarget) async throws -> Void
    ) async throws {
        let always: @Sendable (NodePlot, Request) -> Reaction = { _, _ in reaction }
        try await withFault(on: kind, method, end, always, body)
    }

    @Test(arguments: try TargetKind.engines())
    func `an index whose creation was not answered is found again`(kind: NodeKind) async throws {
        try await withFault(on: kind, "PUT", "clients-v1-a", .dropReply) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            #expect(try await target.create(.made("clients-v1-a")) == index)
            #expect(try await target.describe(prefix: "").indices.count == 1)
        }
    }

    @Test(
        arguments: try TargetKind.engines(),
        [
            .dropReply, .resetBefore, .resetAfterRequest, .cutReply(bytes: 20),
            .answer(500, "text/html", "<html>no engine says so</html>"),
            .answer(502, "text/html", "<html>bad gateway</html>"),
        ] as [Reaction]
    )
    func `documents whose outcome was not answered are sent again, and stand once`(
        kind: NodeKind,
        fault: Reaction
    ) async throws {
        try await withFault(on: kind, "POST", "/_bulk", fault) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            let outcomes = try await target.load(
                batch([
                    ("1", 5, #"{"n":1}"#), ("2", 5, #"{"n":2}"#), ("2", 6, nil), ("3", 1, #"{"n":"x"}"#),
                    ("4", 1, nil),
                ]),
                into: index
            )
            // The repeated one finds its own deletion, which is newer than the first write.
            #expect(["indexed", "superseded"].contains(outcomes[1].word))
            #expect(
                outcomes.map(\.word).enumerated().filter { $0.offset != 1 }.map(\.element) == [
                    "indexed", "deleted", "mapping_refused", "deleted",
                ]
            )
            _ = try await target.settle(index, forceMerge: nil)
            #expect(
                try await target.readBack(index, after: nil, limit: 10, withSource: true) == [
                    Document(id: "1", version: 5, source: #"{"n":1}"#)
                ]
            )
        }
    }

    @Test(
        arguments: try TargetKind.engines(),
        [
            .answer(500, "text/html", "<html>no engine says so</html>"),
            .answer(301, "text/html", "<html>moved</html>"),
            .answer(
                200,
                "application/json",
                #"{"errors":true,"items":[{"index":{"status":500,"error":{"type":"already_closed_exception"}}}]}"#
            ),
        ] as [Reaction]
    )
    func `a document is not to blame for a fault of the engine or of a proxy`(
        kind: NodeKind,
        fault: Reaction
    ) async throws {
        try await withFault(on: kind, "POST", "/_bulk", fault) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            #expect(try await target.load(batch([("1", 1, #"{"n":1}"#)]), into: index) == [.indexed])
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `an index made anew by someone else is not deleted by a repeated request`(
        kind: NodeKind
    ) async throws {
        let remake: @Sendable (NodePlot, Request) -> Reaction = { plot, _ in
            recordingFailure {
                try plot.ask("DELETE", "/@clients-v1-a")
                try plot.ask("PUT", "/@clients-v1-a")
            }
            return .resetBefore
        }
        try await withFault(on: kind, "DELETE", "clients-v1-a", remake) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            try await target.delete(index)
            let left = try await target.describe(prefix: "").indices
            #expect(left.map(\.identity.name) == ["clients-v1-a"])
            #expect(left.first?.identity.uuid != index.uuid)
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `an index whose deletion was not answered is gone`(kind: NodeKind) async throws {
        try await withFault(on: kind, "DELETE", "clients-v1-a", .dropReply) { plot, target in
            try await target.delete(try await target.create(.made("clients-v1-a")))
            #expect(try await target.describe(prefix: "").indices.isEmpty)
        }
    }

    @Test(arguments: try TargetKind.engines(), [true, false])
    func `a swap that was not answered says so, and the next one knows`(
        kind: NodeKind,
        isApplied: Bool
    ) async throws {
        let fault: Reaction = isApplied ? .dropReply : .resetBefore
        try await withFault(on: kind, "POST", "/_aliases", fault) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            let make = [AliasSwap(alias: "clients", from: nil, to: index)]
            let error = await #expect(throws: IndexError.self) { try await target.swap(make) }
            #expect(error?.reason == .unavailable)
            #expect(error?.message.contains("answer to a request was lost") == true)
            #expect(try Array(plot.alias("clients").keys) == (isApplied ? ["clients-v1-a"] : []))
            #expect(try await target.swap(make) == (isApplied ? .alreadyDone : .swapped))
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `a swap that took effect behind a 503 is no move of someone else`(kind: NodeKind) async throws {
        let apply: @Sendable (NodePlot, Request) -> Reaction = { plot, request in
            recordingFailure { try plot.ask("POST", "/_aliases", request.text) }
            return .answer(503)
        }
        try await withFault(on: kind, "POST", "/_aliases", apply) { plot, target in
            let first = try await target.create(.made("clients-v1-a"))
            let second = try await target.create(.made("clients-v1-b"))
            try plot.ask(
                "POST",
                "/_aliases",
                #"{"actions":[{"add":{"index":"@clients-v1-a","alias":"@clients"}}]}"#
            )
            let move = [AliasSwap(alias: "clients", from: first.name, to: second)]
            #expect(try await target.swap(move) == .swapped)
            #expect(try Array(plot.alias("clients").keys) == ["clients-v1-b"])
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `a mark whose writing was not answered is there`(kind: NodeKind) async throws {
        try await withFault(on: kind, "PUT", "/_mapping", .dropReply) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            try await target.setMark(.made(by: "run-1", state: "ready"), of: index)
            #expect(try await target.describe(prefix: "").indices.first?.mark?.state == "ready")
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `an index that is deleted right before its documents arrive does not come to serve`(
        kind: NodeKind
    ) async throws {
        let delete: @Sendable (NodePlot, Request) -> Reaction = { plot, _ in
            recordingFailure { try plot.ask("DELETE", "/@clients-v1-a") }
            return .pass
        }
        try await withFault(on: kind, "POST", "/_bulk", delete) { plot, target in
            let index = try await target.create(.made("clients-v1-a"))
            // The engine makes another index for them, with mappings that it guesses.
            _ = try await target.load(batch([("1", 1, #"{"n":1}"#)]), into: index)
            await expect(throws: .replaced) {
                try await target.load(batch([("2", 1, #"{"n":1}"#)]), into: index)
            }
            await expect(throws: .replaced) { try await target.settle(index, forceMerge: nil) }
            await expect(throws: .replaced) {
                try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
            }
            await expect(throws: .exists) { try await target.create(.made("clients-v1-a")) }
            #expect(try plot.alias("clients").isEmpty)
        }
    }
}
