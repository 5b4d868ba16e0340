import RefoldBytes
import RefoldIndex
import Testing

/// What every target with aliases does with indices: make, find again, refuse, describe, mark, delete.
@Suite struct CreationConformance {
    @Test(arguments: try TargetKind.judges())
    func `a probed target says what it is and has aliases`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let dialect = try await target.probe()
            #expect(!dialect.engine.isEmpty)
            #expect(dialect.hasAliases)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an index made twice by one run is one index`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let first = try await target.create(.made("clients-v1-a"))
            #expect(try await target.create(.made("clients-v1-a")) == first)
            let other = try another()
            #expect(try await other.create(.made("clients-v1-a")) == first)
            try await other.close()
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a name of another run is refused`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            _ = try await target.create(.made("clients-v1-a", run: "run-1"))
            await expect(throws: .exists) {
                try await target.create(.made("clients-v1-a", run: "run-2"))
            }
        }
    }

    @Test(
        arguments: try TargetKind.judges(),
        [
            #"{"properties":{"f":{"type":"nonsense"}}}"#,
            #"{"properties":{"f":{}}, "nonsense": 1}"#,
            #"{"properties":{"f":{"type":"keyword","nonsense":1}}}"#,
            #"{"properties":{"f":{"type":"scaled_float"}}}"#,
            #"{"properties":{"":{"type":"keyword"}}}"#,
            #"{"properties":{"a..b":{"type":"keyword"}}}"#,
            #"{"properties":{"f":{"type":"alias","path":"nowhere"}}}"#,
            #"{"properties":{"f":{"type":"date","format":"nonsense"}}}"#,
            #"{"properties":{"f":{"type":"long","null_value":"x"}}}"#,
            #"{"properties":{"a":{"type":"keyword"},"a.b":{"type":"keyword"}}}"#,
            #"{"properties":[1]}"#,
        ]
    )
    func `a definition that cannot be is refused and leaves nothing`(
        kind: TargetKind,
        mappings: String
    ) async throws {
        try await withTarget(kind) { target, _ in
            let error = await #expect(throws: IndexError.self) {
                try await target.create(.made("clients-v1-a", mappings: mappings))
            }
            #expect(error?.reason == .refused)
            #expect(error?.kind == .usage)
            let left = try await target.describe(prefix: "")
            #expect(left.indices.isEmpty)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an empty list of properties is none`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a", mappings: #"{"properties":[]}"#))
            #expect(try await target.load(batch([("1", 1, "{}")]), into: index) == [.indexed])
        }
    }

    @Test(arguments: try TargetKind.judges(), ["Upper", "_a", "a b", "a*", ".", "..", "-a", "a#b", ""])
    func `a bad name is refused`(kind: TargetKind, name: String) async throws {
        try await withTarget(kind) { target, _ in
            // With a prefix before it another name would be tried.
            let whole: any IndexTarget = (target as? PlotTarget)?.whole ?? target
            await expect(throws: .refused) { try await whole.create(.made(name)) }
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `indices and aliases are described with their marks`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let first = try await target.create(.made("clients-v1-a"))
            _ = try await target.create(.made("clients-v1-b"))
            _ = try await target.create(.made("projects-v1-a"))
            _ = try await target.load(batch([("1", 1, #"{"n":1}"#)]), into: first)
            _ = try await target.settle(first, forceMerge: nil)
            #expect(try await target.swap([AliasSwap(alias: "clients", from: nil, to: first)]) == .swapped)
            let other = try another()
            let description = try await other.describe(prefix: "clients")
            #expect(description.indices.map(\.identity.name) == ["clients-v1-a", "clients-v1-b"])
            #expect(description.indices.first?.identity == first)
            #expect(description.indices.first?.mark == .made(by: "run-1"))
            #expect(description.indices.first?.documents == 1)
            let mappings = try IndexSpecification.made("x").mappings
            #expect(description.indices.first?.mappings == mappings)
            #expect(description.aliases == ["clients": ["clients-v1-a"]])
            #expect(description.occupied == [])
            #expect(try await other.describe(prefix: "").indices.count == 3)
            #expect(try await other.describe(prefix: "nothing").indices.isEmpty)
            try await other.close()
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a mark and its hold survive reopening`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let index = try await target.create(.made("clients-v1-a"))
            var mark = IndexMark.made(by: "run-1", state: "serving")
            mark.swappedAt = "2026-11-23T02:20:00.000Z"
            mark.predecessor = "clients-v1-0"
            mark.hold = IndexMark.Hold(since: "2026-11-23T03:00:00.000Z", run: "run-1")
            mark.other = ["maxSeqNo": [1, 2]]
            try await target.setMark(mark, of: index)
            let other = try another()
            #expect(try await other.describe(prefix: "").indices.first?.mark == mark)
            try await other.close()
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an index is deleted by its UUID alone, and with it its alias`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            _ = try await target.settle(index, forceMerge: nil)
            _ = try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
            await expect(throws: .replaced) {
                try await target.delete(IndexIdentity(name: index.name, uuid: "other"))
            }
            #expect(try await target.describe(prefix: "").indices.count == 1)
            try await target.delete(index)
            #expect(try await target.describe(prefix: "") == .nothing)
            try await target.delete(index)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an index that someone deleted is replaced, not made again`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let index = try await target.create(.made("clients-v1-a"))
            _ = try await target.load(batch([("1", 1, #"{"n":1}"#)]), into: index)
            let other = try another()
            try await other.delete(index)
            try await expectReplaced(target, index)
            // One of the same name, made since, is another one.
            _ = try await other.create(.made("clients-v1-a", run: "run-2"))
            try await expectReplaced(target, index)
            #expect(try await other.describe(prefix: "").indices.map(\.documents) == [0])
            try await other.close()
        }
    }

    private func expectReplaced(_ target: any IndexTarget, _ index: IndexIdentity) async throws {
        await expect(throws: .replaced) {
            try await target.load(batch([("2", 1, #"{"n":1}"#)]), into: index)
        }
        await expect(throws: .replaced) { try await target.settle(index, forceMerge: nil) }
        await expect(throws: .replaced) { try await target.count(index) }
        await expect(throws: .replaced) {
            try await target.readBack(index, after: nil, limit: 1, withSource: false)
        }
        await expect(throws: .replaced) { try await target.fetch(["1"], from: index) }
        await expect(throws: .replaced) {
            try await target.hits(of: ["match_all": [:]], in: index)
        }
        await expect(throws: .replaced) {
            try await target.setMark(.made(by: "run-1"), of: index)
        }
        await expect(throws: .replaced) {
            try await target.swap([AliasSwap(alias: "clients", from: nil, to: index)])
        }
    }
}

extension TargetDescription {
    static let nothing = TargetDescription(indices: [], aliases: [:], occupied: [])
}

/// Expects an ``IndexError`` with a code.
func expect<R>(
    throws code: IndexError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> R
) async {
    let error = await #expect(throws: IndexError.self, sourceLocation: sourceLocation) {
        _ = try await body()
    }
    #expect(error?.reason == code, sourceLocation: sourceLocation)
}
