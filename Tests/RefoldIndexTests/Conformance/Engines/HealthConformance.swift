import RefoldBytes
import RefoldIndex
import RefoldTestKit
import Testing

/// What a target says of an index that is closed, blocked or without some of its index shards.
@Suite struct HealthConformance {
    private func filled(_ target: any IndexTarget) async throws -> IndexIdentity {
        let index = try await target.create(
            .made("clients-v1-a", settings: #"{"number_of_replicas":0}"#)
        )
        _ = try await target.load(batch((0..<20).map { ("\($0)", 1, #"{"n":1}"#) }), into: index)
        _ = try await target.settle(index, forceMerge: nil)
        return index
    }

    @Test(arguments: try TargetKind.engines())
    func `a closed index is blocked, and its documents are not counted`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await filled(target)
            try plot.ask("POST", "/@clients-v1-a/_close")
            await expect(throws: .full) { try await target.load(batch([("1", 1, #"{"n":1}"#)]), into: index) }
            await expect(throws: .full) { try await target.count(index) }
            await expect(throws: .full) { try await target.hits(of: ["match_all": [:]], in: index) }
            await expect(throws: .full) {
                try await target.readBack(index, after: nil, limit: 1, withSource: false)
            }
            let described = try await target.describe(prefix: "clients").indices
            #expect(described.map(\.identity) == [index])
            #expect(described.first?.documents == nil)
            try await target.delete(index)
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines(), ["write", "read_only_allow_delete"])
    func `a block on writing is named, and reading goes on`(kind: NodeKind, block: String) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await filled(target)
            try plot.ask("PUT", "/@clients-v1-a/_settings", #"{"index.blocks.\#(block)":true}"#)
            let error = await #expect(throws: IndexError.self) {
                try await target.load(batch([("1", 1, #"{"n":1}"#), ("2", 1, #"{"n":1}"#)]), into: index)
            }
            #expect(error?.reason == .full)
            #expect(error?.cause?.contains("block") == true)
            #expect(try await target.count(index) == 20)
            if block == "read_only_allow_delete" {
                await expect(throws: .full) {
                    try await target.setMark(.made(by: "run-1", state: "ready"), of: index)
                }
                await expect(throws: .full) {
                    try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
                }
                #expect(try plot.alias("clients").isEmpty)
            }
            try await target.delete(index)
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `an index without one of its shards is unavailable, never smaller`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            // One node may take one of its two shards; the other one finds no place.
            try plot.ask(
                "PUT",
                "/@clients-v1-a?wait_for_active_shards=0",
                #"""
                {"settings":{"number_of_shards":2,"number_of_replicas":0,
                "routing.allocation.total_shards_per_node":1}}
                """#
            )
            try plot.ask("GET", "/_cluster/health/@clients-v1-a?wait_for_no_initializing_shards=true")
            for id in 0..<4 {
                _ = try plot.node.exchange(
                    "PUT",
                    "/\(plot.name("clients-v1-a"))/_doc/\(id)?timeout=10ms",
                    "{}"
                )
            }
            let index = try #require(try await target.describe(prefix: "clients").indices.first?.identity)
            await expect(throws: .unavailable) { try await target.count(index) }
            await expect(throws: .unavailable) { try await target.hits(of: ["match_all": [:]], in: index) }
            await expect(throws: .unavailable) { try await target.position(of: index) }
            await expect(throws: .unavailable) {
                try await target.readBack(index, after: nil, limit: 100, withSource: false)
            }
            await expect(throws: .unavailable) {
                try await target.fetch((0..<20).map { ByteString("\($0)") }, from: index)
            }
            #expect(try await target.describe(prefix: "clients").indices.first?.documents == nil)
            try await target.delete(index)
            try await target.close()
        }
    }
}
