import RefoldBytes
import RefoldIndex
import RefoldTestKit
import Testing

/// Aliases that someone else's hand moves, leases, and what an alias carries along.
@Suite struct AliasConformance {
    private func made(_ names: [String], on target: any IndexTarget) async throws -> [IndexIdentity] {
        var indices: [IndexIdentity] = []
        for name in names { indices.append(try await target.create(.made(name))) }
        return indices
    }

    @Test(arguments: try TargetKind.engines())
    func `filter, routing and write flag come along`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let indices = try await made(["clients-v1-a", "clients-v1-b"], on: target)
            try plot.ask(
                "POST",
                "/_aliases",
                #"""
                {"actions":[{"add":{"index":"@clients-v1-a","alias":"@clients","filter":{"term":{"k":"x"}},
                "index_routing":"1","search_routing":"1,2","is_write_index":true}}]}
                """#
            )
            let before = try #require(try plot.alias("clients")["clients-v1-a"])
            #expect(before.asObject?.members.count == 4)
            let move = [AliasSwap(alias: "clients", from: "clients-v1-a", to: indices[1])]
            #expect(try await target.swap(move) == .swapped)
            #expect(try plot.alias("clients") == ["clients-v1-b": before])
            let back = [AliasSwap(alias: "clients", from: "clients-v1-b", to: indices[0])]
            #expect(try await target.swap(back) == .swapped)
            #expect(try plot.alias("clients") == ["clients-v1-a": before])
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines(), [false, true])
    func `an alias that is moved between the look and the request stays with its mover`(
        kind: NodeKind,
        hasWriteFlag: Bool
    ) async throws {
        try await withPlot(on: kind) { plot in
            let proxy = try FaultServer(upstream: plot.url) { request in
                if request.path.hasPrefix("/_aliases"), request.call == 2 {
                    recordingFailure {
                        try plot.ask(
                            "POST",
                            "/_aliases",
                            #"""
                            {"actions":[{"remove":{"index":"@clients-v1-a","alias":"@clients"}},
                            {"add":{"index":"@clients-v1-c","alias":"@clients","is_write_index":\#(hasWriteFlag)}}]}
                            """#
                        )
                    }
                }
                return .pass
            }
            let target = try plot.open(through: proxy.url)
            let indices = try await made(
                ["clients-v1-a", "clients-v1-b", "clients-v1-c", "projects-v1-a", "projects-v1-b"],
                on: target
            )
            try plot.ask(
                "POST",
                "/_aliases",
                #"""
                {"actions":[{"add":{"index":"@clients-v1-a","alias":"@clients","is_write_index":\#(hasWriteFlag)}}]}
                """#
            )
            #expect(
                try await target.swap([AliasSwap(alias: "projects", from: nil, to: indices[3])]) == .swapped
            )
            let outcome = try await target.swap([
                AliasSwap(alias: "projects", from: "projects-v1-a", to: indices[4]),
                AliasSwap(alias: "clients", from: "clients-v1-a", to: indices[1]),
            ])
            #expect(outcome == .moved(alias: "clients", pointsAt: ["clients-v1-c"]))
            #expect(try Array(plot.alias("clients").keys) == ["clients-v1-c"])
            #expect(try Array(plot.alias("projects").keys) == ["projects-v1-a"])
            try await target.close()
            proxy.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `a lease that was left behind is taken over`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open(leasePatience: .seconds(1))
            let indices = try await made(["clients-v1-a"], on: target)
            try plot.ask("PUT", "/@clients-refold-lease/_doc/lease", #"{"owner":"one who died"}"#)
            let clock = ContinuousClock()
            let start = clock.now
            let make = [AliasSwap(alias: "clients", from: nil, to: indices[0])]
            #expect(try await target.swap(make) == .swapped)
            #expect(clock.now - start >= .seconds(1))
            let lease = try plot.node.exchange("GET", "/\(plot.name("clients-refold-lease"))/_doc/lease")
            #expect(lease.status == 404)
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `a lease that its holder renews is waited for`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open(leasePatience: .seconds(2))
            let indices = try await made(["clients-v1-a"], on: target)
            let lease = "/@clients-refold-lease/_doc/lease"
            try plot.ask("PUT", lease, #"{"owner":"one who lives"}"#)
            let clock = ContinuousClock()
            let start = clock.now
            let make = [AliasSwap(alias: "clients", from: nil, to: indices[0])]
            async let outcome = target.swap(make)
            for _ in 0..<8 {
                try await Task.sleep(for: .milliseconds(400))
                try plot.ask("PUT", lease, #"{"owner":"one who lives"}"#)
                #expect(try plot.alias("clients").isEmpty)
            }
            try plot.ask("DELETE", lease)
            #expect(try await outcome == .swapped)
            #expect(clock.now - start >= .seconds(3))
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `who has lost the lease does not move the alias`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let proxy = try FaultServer(upstream: plot.url) { request in
                // It is read for the first time right before the alias moves: it was there for the taking.
                if request.method == "GET", request.path.hasSuffix("/_doc/lease"), request.call == 1 {
                    recordingFailure {
                        try plot.ask("PUT", "/@clients-refold-lease/_doc/lease", #"{"owner":"another"}"#)
                    }
                }
                return .pass
            }
            let target = try plot.open(through: proxy.url)
            let indices = try await made(["clients-v1-a"], on: target)
            await expect(throws: .replaced) {
                try await target.swap([AliasSwap(alias: "clients", from: nil, to: indices[0])])
            }
            #expect(try plot.alias("clients").isEmpty)
            let lease = try plot.ask("GET", "/@clients-refold-lease/_doc/lease")
            #expect(lease["_source"]?["owner"] == "another")
            try await target.close()
            proxy.close()
        }
    }
}

/// Does what may fail in a rule of a proxy, and makes a failure the test's.
func recordingFailure(_ body: () throws -> Void) {
    do { try body() } catch { Issue.record(error) }
}
