import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldTestKit
import Testing

/// What was written since, asked by sequence number, and reading over many pages.
@Suite struct WritesSinceConformance {
    @Test(arguments: try TargetKind.engines(), [1, 3])
    func `exactly the documents written since are read`(kind: NodeKind, shards: Int) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await target.create(
                .made("clients-v1-a", settings: #"{"number_of_shards":\#(shards),"number_of_replicas":0}"#)
            )
            // Nothing was ever written: each index shard stands before its first number.
            let empty = try #require(try await target.position(of: index))
            #expect(empty.perShard == Array(repeating: -1, count: shards))
            let first = (0..<60).map { ("id-\($0)", Int64(1), #"{"n":1}"# as String?) }
            _ = try await target.load(batch(first), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await documents(target, index, above: empty).count == 60)
            let before = try #require(try await target.position(of: index))
            #expect(try await documents(target, index, above: before).isEmpty)
            var writes = (60..<70).map { ("id-\($0)", Int64(1), #"{"n":2}"# as String?) }
            writes += (0..<5).map { ("id-\($0)", Int64(2), #"{"n":2}"# as String?) }
            writes += (5..<8).map { ("id-\($0)", Int64(2), nil) }
            _ = try await target.load(batch(writes), into: index)
            let after = try #require(try await target.position(of: index))
            #expect(zip(after.perShard, before.perShard).map { $0 - $1 }.reduce(0, +) == 18)
            let found = try await documents(target, index, above: before)
            let wanted = writes.filter { $0.2 != nil }.map {
                Document(id: ByteString($0.0), version: $0.1, source: #"{"n":2}"#)
            }
            #expect(found == wanted.sorted { $0.id < $1.id })
            // A position of another index says nothing: all is read.
            let foreign = IndexPosition(perShard: Array(repeating: 0, count: shards + 1))
            #expect(try await documents(target, index, above: foreign).count == 67)
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines(), [false, true])
    func `many pages bring each document once`(kind: NodeKind, withSource: Bool) async throws {
        try await withPlot(on: kind) { plot in
            let target = try plot.open()
            let index = try await target.create(
                .made("clients-v1-a", settings: #"{"number_of_shards":3,"number_of_replicas":0}"#)
            )
            let writes = (0..<2_500).map { ("id-\($0)", Int64($0), #"{"n":\#($0)}"# as String?) }
            _ = try await target.load(batch(writes), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            let wanted = writes.map {
                Document(
                    id: ByteString($0.0),
                    version: $0.1,
                    source: ByteString(withSource ? $0.2 ?? "" : "")
                )
            }
            let found = try await documents(target, index, above: nil, withSource: withSource)
            #expect(found == wanted.sorted { $0.id < $1.id })
            try await target.close()
        }
    }

    @Test(arguments: try TargetKind.engines())
    func `a lost page ends the reading instead of leaving a hole`(kind: NodeKind) async throws {
        try await withPlot(on: kind) { plot in
            let proxy = try FaultServer(upstream: plot.url) { request in
                request.path.hasPrefix("/_search/scroll") && request.method == "POST" && request.call == 1
                    ? .dropReply : .pass
            }
            let target = try plot.open(through: proxy.url)
            let index = try await target.create(.made("clients-v1-a"))
            _ = try await target.load(batch((0..<10_200).map { ("\($0)", 1, #"{"n":1}"#) }), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            let scan = try await target.scan(index, above: nil, withSource: false)
            #expect(try await scan.next().count == 10_000)
            await expect(throws: .scanLost) { try await scan.next() }
            await scan.close()
            #expect(try await documents(target, index, above: nil).count == 10_200)
            try await target.close()
            proxy.close()
        }
    }

    private func documents(
        _ target: any IndexTarget,
        _ index: IndexIdentity,
        above position: IndexPosition?,
        withSource: Bool = true
    ) async throws -> [Document] {
        let scan = try await target.scan(index, above: position, withSource: withSource)
        var documents: [Document] = []
        while true {
            let page = try await scan.next()
            if page.isEmpty { break }
            documents += page
        }
        await scan.close()
        return documents.sorted { $0.id < $1.id }
    }
}
