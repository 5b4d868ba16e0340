import RefoldBytes
import RefoldIndex
import RefoldTestKit
import Testing

/// What only a search engine has: templates, settings of its own, replicas, segments.
@Suite struct EngineIndexConformance {
    @Test(
        arguments: try TargetKind.engines(),
        [
            #"{"mappings":{"properties":{"stray":{"type":"keyword"}}}}"#, #"{"aliases":{"@stray":{}}}"#,
            #"{"settings":{"index.default_pipeline":"stray"}}"#,
        ]
    )
    func `a template that changes the index is found, and the index goes`(
        kind: NodeKind,
        template: String
    ) async throws {
        try await withPlot(on: kind) { plot in
            try plot.ask(
                "PUT",
                "/_index_template/@stray",
                #"{"index_patterns":["@*"],"priority":500,"template":\#(template)}"#
            )
            let target = try plot.open()
            let error = await #expect(throws: IndexError.self) {
                try await target.create(.made("clients-v1-a"))
            }
            #expect(error?.reason == .refused)
            #expect(error?.message.contains("template") == true)
            #expect(
                error?.message.contains(template.contains("pipeline") ? "default_pipeline" : "stray") == true
            )
            #expect(try plot.ask("GET", "/@*").asObject?.members.isEmpty == true)
            try plot.ask("DELETE", "/_index_template/@stray")
            try await target.close()
        }
    }

    @Test(
        arguments: try TargetKind.engines(),
        [
            ("{}", [nil, "1", nil]),
            (#"{"refresh_interval":"7s","number_of_replicas":0}"#, ["7s", "0", nil]),
            (#"{"index":{"auto_expand_replicas":"0-1"}}"#, [nil, "0", "0-1"]),
            (#"{"index.refresh_interval":"-1","index.number_of_replicas":2}"#, ["-1", "2", nil]),
        ] as [(String, [String?])]
    )
    func `settings for loading are restored while settling`(
        kind: NodeKind,
        settings: (given: String, after: [String?])
    ) async throws {
        try await withPlot(on: kind) { plot in
            let names: [ByteString] = [
                "index.refresh_interval", "index.number_of_replicas", "index.auto_expand_replicas",
            ]
            let target = try plot.open()
            let index = try await target.create(.made("clients-v1-a", settings: settings.given))
            let loading = try plot.settings(of: index.name)
            #expect(names.map { loading[$0]?.asString } == ["-1", "0", "false"])
            let report = try await target.settle(index, forceMerge: nil)
            let settled = try plot.settings(of: index.name)
            for (name, wanted) in zip(names, settings.after) {
                let found = settled[name]?.asString
                // An engine may write its default out.
                #expect(found == wanted || wanted == nil && found == "false", "\(name): \(found ?? "none")")
            }
            // One node, which has the primary: no replica finds a place, and that is told.
            let replicas = settled["index.number_of_replicas"]?.asString
            if kind != .given { #expect(report.remarks.isEmpty == (replicas == "0"), "\(report.remarks)") }
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines(), [1, 3])
    func `segments are merged down to as many as asked for`(kind: NodeKind, segments: Int) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await target.create(
                .made("clients-v1-a", settings: #"{"number_of_shards":2,"number_of_replicas":0}"#)
            )
            for part in 0..<6 {
                let writes = (0..<20).map { ("\(part)-\($0)", Int64(1), #"{"n":1}"# as String?) }
                _ = try await target.load(batch(writes), into: index)
                try plot.ask("POST", "/@clients-v1-a/_refresh")
            }
            #expect(try await target.settle(index, forceMerge: segments).documents == 120)
            let stats = try plot.ask("GET", "/@clients-v1-a/_stats/segments?level=shards")
            let shards =
                stats["indices"]?[ByteString(plot.name(index.name))]?["shards"]?.asObject?.members ?? []
            #expect(shards.count == 2)
            for shard in shards {
                let count = shard.value.asArray?.first?["segments"]?["count"]?.asInt64 ?? .max
                #expect(count <= Int64(segments))
            }
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `of all indices of a cluster the marked ones are described`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await target.create(.made("clients-v1-a"))
            try plot.ask("PUT", "/@foreign")
            #expect(try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)]) == .swapped)
            let found = try await target.whole.describe(prefix: "")
            let own = found.indices.map(\.identity.name).filter { $0.hasPrefix(plot.prefix) }
            #expect(own == [plot.name("clients-v1-a")])
            #expect(found.aliases[plot.name("clients")] == [plot.name("clients-v1-a")])
            // Under a prefix a foreign one is seen as well, since its name can be in the way.
            let near = try await target.describe(prefix: "")
            #expect(near.indices.map(\.identity.name) == ["clients-v1-a", "foreign"])
            #expect(near.indices.last?.mark == nil)
            try await target.close()
        }
    }
}
