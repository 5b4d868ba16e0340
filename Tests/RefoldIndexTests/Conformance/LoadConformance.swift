import RefoldBytes
import RefoldIndex
import RefoldModel
import Testing

/// What every target with aliases does with documents: external versions, order of outcomes, reading back.
@Suite struct LoadConformance {
    @Test(arguments: try TargetKind.judges(), [false, true])
    func `a document is replaced by the same or a newer version only`(
        kind: TargetKind,
        isSettled: Bool
    ) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            if isSettled { _ = try await target.settle(index, forceMerge: nil) }
            let steps: [(Int64, String, String)] = [
                (5, #"{"n":1}"#, "indexed"), (5, #"{"n":2}"#, "indexed"), (4, #"{"n":3}"#, "superseded"),
                (9, #"{"n":4}"#, "indexed"), (.max, #"{"n":5}"#, "indexed"), (0, #"{"n":6}"#, "superseded"),
            ]
            for (version, source, word) in steps {
                let outcomes = try await target.load(batch([("1", version, source)]), into: index)
                #expect(outcomes.map(\.word) == [word])
            }
            // The same within one batch.
            let together = try await target.load(
                batch(steps.map { ("2", $0.0, $0.1) } + [("3", 0, #"{"n":0}"#)]),
                into: index
            )
            #expect(together.map(\.word) == steps.map(\.2) + ["indexed"])
            _ = try await target.settle(index, forceMerge: 1)
            #expect(
                try await target.fetch(["1", "2", "3", "4"], from: index) == [
                    Document(id: "1", version: .max, source: #"{"n":5}"#),
                    Document(id: "2", version: .max, source: #"{"n":5}"#),
                    Document(id: "3", version: 0, source: #"{"n":0}"#),
                ]
            )
            #expect(try await target.count(index) == 3)
        }
    }

    @Test(arguments: try TargetKind.judges(), [false, true])
    func `a deletion keeps its version`(kind: TargetKind, isSettled: Bool) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            if isSettled { _ = try await target.settle(index, forceMerge: nil) }
            let steps: [(Int64, String?, String)] = [
                (5, #"{"n":1}"#, "indexed"), (4, nil, "superseded"), (9, nil, "deleted"),
                (7, #"{"n":2}"#, "superseded"), (9, nil, "deleted"), (8, nil, "superseded"),
                (9, #"{"n":3}"#, "indexed"), (10, nil, "deleted"),
            ]
            for (version, source, word) in steps {
                let outcomes = try await target.load(batch([("1", version, source)]), into: index)
                #expect(outcomes.map(\.word) == [word], "version \(version)")
            }
            let absent = try await target.load(
                batch([("2", 3, nil), ("2", 2, #"{"n":1}"#), ("2", 3, #"{"n":1}"#)]),
                into: index
            )
            #expect(absent.map(\.word) == ["deleted", "superseded", "indexed"])
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await target.count(index) == 1)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `one bad document never costs its neighbours`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            let good = #"{"n":1}"#
            let outcomes = try await target.load(
                batch([
                    ("a", 1, good), ("b", 1, #"{"zz":1}"#), ("c", 1, #"{"n":"x"}"#), ("d", 1, good),
                    ("", 1, good),
                    (String(repeating: "i", count: 513), 1, good),
                    (String(repeating: "i", count: 512), 1, good),
                    ("e", 1, "{"), ("f", 1, ""), ("g", 1, "[1]"), ("h", 1, "{\"n\":1}\n{\"n\":2}"),
                    ("j", -1, good),
                    ("k", 1, #"{"n":1,"n":2}"#), ("l", 1, good), ("m", 1, nil), ("n", 1, "{\"k\":\"\u{1}\"}"),
                    ("o", 1, #"{"k":"v","n":2,"k":"w"}"#), ("p", 1, good),
                ]),
                into: index
            )
            #expect(
                outcomes.map(\.word) == [
                    "indexed", "mapping_refused", "mapping_refused", "indexed", "mapping_refused",
                    "id_too_long",
                    "indexed", "mapping_refused", "mapping_refused", "mapping_refused", "mapping_refused",
                    "mapping_refused", "mapping_refused", "indexed", "deleted", "mapping_refused",
                    "mapping_refused", "indexed",
                ]
            )
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await target.count(index) == 5)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a refusal names the field and never the value`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            let outcomes = try await target.load(
                batch([("a", 1, #"{"n":"secret"}"#), ("b", 1, #"{"other":"secret"}"#)]),
                into: index
            )
            let fields = ["n", "other"]
            for (outcome, field) in zip(outcomes, fields) {
                guard case .rejected(_, let detail, _) = outcome else {
                    Issue.record("\(outcome) is no refusal")
                    continue
                }
                #expect(detail.contains(field))
                #expect(!detail.contains("secret"))
            }
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `documents come back in order of id bytes, page by page`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            // Bytes, not letters: capitals before small ones, decomposed and composed apart, and beyond the first plane.
            let ids = ["b", "a", "B", "a\u{301}", "á", "10", "9", "é", "😀", "\u{ffff}", "ab", "aa", "Z", "z"]
            _ = try await target.load(batch(ids.map { ($0, 7, #"{"k":"x"}"#) }), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            let expected = ids.map { ByteString($0) }.sorted()
            var seen: [ByteString] = []
            while true {
                let page = try await target.readBack(index, after: seen.last, limit: 3, withSource: true)
                seen += page.map(\.id)
                #expect(page.allSatisfy { $0.version == 7 && $0.source == #"{"k":"x"}"# })
                if page.count < 3 { break }
            }
            #expect(seen == expected)
            let bare = try await target.readBack(index, after: nil, limit: 100, withSource: false)
            #expect(bare.map(\.id) == expected)
            #expect(bare.allSatisfy { $0.version == 7 && $0.source.isEmpty })
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a source comes back byte for byte`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a", mappings: #"{"dynamic":false}"#))
            let sources = [
                "{}", #"{"a":"\"\\\n\u0000é😀"}"#, #"{"n":1.50,"z":-0,"big":123456789012345678901234567890}"#,
                #"{"z":[[],{},[{"a":null}]]}"#,
            ]
            _ = try await target.load(
                batch(sources.enumerated().map { ("\($0.offset)", 1, $0.element) }),
                into: index
            )
            _ = try await target.settle(index, forceMerge: nil)
            let back = try await target.readBack(index, after: nil, limit: 10, withSource: true)
            #expect(back.map(\.source) == sources.map { ByteString($0) })
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `a load that is repeated by another process changes nothing`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, another in
            let index = try await target.create(.made("clients-v1-a"))
            let first = batch((0..<50).map { ("id-\($0)", 3, #"{"n":\#($0)}"#) })
            _ = try await target.load(first, into: index)
            try await target.close()
            let resumed = try another()
            #expect(try await resumed.create(.made("clients-v1-a")) == index)
            let again = try await resumed.load(first, into: index)
            #expect(again.allSatisfy { $0 == .indexed })
            let older = batch([("id-1", 2, #"{"n":9}"#), ("id-50", 2, #"{"n":9}"#)])
            #expect(try await resumed.load(older, into: index).map(\.word) == ["superseded", "indexed"])
            #expect(try await resumed.settle(index, forceMerge: nil).documents == 51)
            #expect(try await resumed.settle(index, forceMerge: nil).documents == 51)
            #expect(try await resumed.fetch(["id-1"], from: index).first?.source == #"{"n":1}"#)
            try await resumed.close()
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `batches loaded at the same time are all there`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("clients-v1-a"))
            try await withThrowingTaskGroup(of: Int.self) { group in
                for part in 0..<4 {
                    group.addTask {
                        let writes = (0..<100).map { ("\(part)-\($0)", Int64(1), #"{"n":1}"# as String?) }
                        return try await target.load(batch(writes), into: index).filter { $0 == .indexed }
                            .count
                    }
                }
                for try await count in group { #expect(count == 100) }
            }
            #expect(try await target.settle(index, forceMerge: nil).documents == 400)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `an empty batch and an empty index are fine`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(
                // A replica that finds no node would be a remark.
                .made("clients-v1-a", settings: #"{"number_of_replicas":0}"#)
            )
            #expect(try await target.load(DocumentBatch(), into: index).isEmpty)
            #expect(
                try await target.settle(index, forceMerge: nil) == SettleReport(documents: 0, remarks: [])
            )
            #expect(try await target.readBack(index, after: nil, limit: 10, withSource: true).isEmpty)
            #expect(try await target.fetch([], from: index).isEmpty)
            #expect(try await target.hits(of: ["match_all": [:]], in: index) == 0)
        }
    }
}
