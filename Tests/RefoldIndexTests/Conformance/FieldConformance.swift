import RefoldBytes
import RefoldIndex
import RefoldModel
import RefoldTestKit
import Testing

/// One value under one field's definition, and whether the engines take it.
struct FieldCase: Sendable, CustomTestStringConvertible {
    var field: String
    var value: String
    var isTaken: Bool
    /// The engines that do the opposite, by the start of what they say they are, and why.
    var others: [String: String]

    init(_ field: String, _ value: String, _ isTaken: Bool, others: [String: String] = [:]) {
        self.field = field
        self.value = value
        self.isTaken = isTaken
        self.others = others
    }

    func isTaken(by engine: String) -> Bool {
        others.keys.contains { engine.hasPrefix($0) } ? !isTaken : isTaken
    }

    var testDescription: String {
        "\(field) \(value.count > 60 ? "\(value.count) bytes" : value) \(isTaken ? "is taken" : "is refused")"
    }

    static let all: [FieldCase] =
        table(
            #"{"type":"long"}"#,
            taken: [
                "1", "-1", "3.7", #""1.5""#, #""12""#, "9223372036854775807", "1e2", "null", "[1,2]", "[]",
                #""""#, "[[1],[2]]", "[null]",
            ],
            refused: [
                "9223372036854775808", #""abc""#, "true", #"{"a":1}"#, "1e30", #"[1,"x"]"#, #"[{"a":1}]"#,
                "-9223372036854775809",
            ]
        )
        + table(
            #"{"type":"integer"}"#,
            taken: [
                "2147483647", "-2147483648", "2147483647.0", "2147483646.9", #""2147483646.9""#,
            ],
            // Compared before the fraction is cut off, and so is a short in quotes; other integers after it.
            refused: [
                "2147483648", #""2147483648""#, "2147483647.9", #""2147483647.9""#, "-2147483648.9",
            ]
        )
        + table(
            #"{"type":"short"}"#,
            taken: ["32767", "32767.9", "-32768.9"],
            refused: ["32768", "-32769", #""32767.9""#]
        )
        + table(
            #"{"type":"byte"}"#,
            taken: ["127", "-128", "127.9", "-128.9", #""127.9""#],
            refused: ["128"]
        )
        + table(#"{"type":"long","coerce":false}"#, taken: ["1", "3.0"], refused: ["3.7", #""1""#, #""""#])
        + table(
            #"{"type":"long","ignore_malformed":true}"#,
            taken: [#""abc""#, "true", "9223372036854775808"],
            refused: []
        )
        + [
            FieldCase(
                #"{"type":"long","ignore_malformed":true}"#,
                #"{"a":1}"#,
                false,
                others: ["OpenSearch 3": "it takes an object, too, for malformed"]
            )
        ]
        + table(
            #"{"type":"double"}"#,
            taken: ["1.5", "1", #""1.5""#, "1e300", #""""#],
            refused: ["1e400", #""NaN""#, #""x""#, "false", "{}"]
        )
        + table(#"{"type":"float"}"#, taken: ["3e38"], refused: ["1e39"])
        + table(#"{"type":"half_float"}"#, taken: ["65504"], refused: ["70000"])
        + table(#"{"type":"scaled_float","scaling_factor":100}"#, taken: ["1.234"], refused: [#""x""#])
        + table(
            #"{"type":"boolean"}"#,
            taken: ["true", "false", #""true""#, #""false""#, #""""#, "null", "[true,false]"],
            refused: ["1", "0", #""yes""#, #""True""#, "{}"]
        )
        + table(
            #"{"type":"keyword"}"#,
            taken: [#""a""#, "1", "true", "null", #"["a","b"]"#, string(32_766)],
            refused: [string(32_767), #"{"a":1}"#, #"["a",{"b":1}]"#]
        )
        + table(#"{"type":"keyword","ignore_above":10}"#, taken: [string(40_000)], refused: [])
        + table(#"{"type":"keyword","index":false,"doc_values":false}"#, taken: [string(40_000)], refused: [])
        + table(#"{"type":"text"}"#, taken: [#""a b""#, "1", string(40_000)], refused: ["{}"])
        + table(
            #"{"type":"text","fields":{"raw":{"type":"keyword"}}}"#,
            taken: [string(32_766)],
            refused: [string(32_767)]
        )
        + table(
            #"{"type":"text","fields":{"raw":{"type":"keyword","ignore_above":256}}}"#,
            taken: [string(40_000)],
            refused: []
        )
        + table(
            #"{"type":"ip"}"#,
            taken: [#""10.0.0.1""#, #""::1""#],
            refused: [#""10.0.0""#, "1", #""x""#]
        )
        + table(
            #"{"type":"date"}"#,
            taken: [
                #""2026-01-02T03:04:05Z""#, #""2026-01-02T03:04:05.123Z""#,
                #""2026-01-02T03:04:05.123456+0000""#,
                #""2026-01-02T03:04:05+01:00""#, #""2026-01-02""#, #""2026-01""#, #""2026""#, "1767322800000",
                #""1767322800000""#,
                #""2026-01-02T03""#, #""2026-01-02T03:04""#, #""2024-02-29""#, "null",
                #"["2026-01-02","2026-01-03"]"#,
            ],
            refused: [
                #""2026-01-02 03:04:05""#, #""2026-13-01""#, #""2026-02-30""#, #""2026-1-2""#, #""x""#,
                #""""#, "true", "{}",
                #""2026-01-02T25:00:00Z""#, #""2026-01-02T03:04:60Z""#, #""2025-02-29""#,
                #""2026-01-02T03:04:05.1234567890Z""#,
            ]
        )
        + table(
            #"{"type":"date","format":"yyyy-MM-dd HH:mm:ss"}"#,
            taken: [#""2026-01-02 03:04:05""#],
            refused: [#""2026-01-02T03:04:05Z""#, #""2026-01-02""#]
        )
        + table(
            #"{"type":"date","format":"epoch_second"}"#,
            taken: ["1767322800"],
            refused: [#""2026-01-02""#]
        )
        + table(#"{"type":"date","ignore_malformed":true}"#, taken: [#""x""#], refused: [])
        + table(
            #"{"properties":{"a":{"type":"keyword"}}}"#,
            taken: [#"{"a":"x"}"#, "{}", "null", #"[{"a":"x"},{"a":"y"}]"#, "[]"],
            refused: [#""x""#, "1", #"["x"]"#, #"{"b":1}"#]
        )
        + table(
            #"{"dynamic":false,"properties":{"a":{"type":"keyword"}}}"#,
            taken: [#"{"b":{"c":[1]}}"#],
            refused: [#"{"a":{}}"#]
        )
        + table(
            #"{"type":"object","enabled":false}"#,
            taken: [#""x""#, "1", #"{"q":[1,{"r":2}]}"#],
            refused: []
        )
        + table(
            #"{"type":"nested","properties":{"a":{"type":"long"}}}"#,
            taken: [#"{"a":1}"#, #"[{"a":1},{"a":2}]"#, "null"],
            refused: [#""x""#, #"[{"a":"x"}]"#, #"{"b":1}"#]
        )
        + [
            FieldCase(#"{"type":"long"}"#, nestedArray(20), true),
            FieldCase(#"{"type":"long"}"#, nestedArray(21), false, others: unlimited),
            FieldCase(#"{"type":"object","enabled":false}"#, nestedArray(21), false, others: unlimited),
        ]

    private static let unlimited = ["Elasticsearch": "it knows no limit for arrays in arrays (DOMAIN 4.1)"]

    private static func table(_ field: String, taken: [String], refused: [String]) -> [FieldCase] {
        taken.map { FieldCase(field, $0, true) } + refused.map { FieldCase(field, $0, false) }
    }

    private static func string(_ count: Int) -> String { "\"" + String(repeating: "x", count: count) + "\"" }

    private static func nestedArray(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
    }
}

/// What every target with aliases takes and refuses under a mapping (DOMAIN 4.1 and 4.6).
@Suite struct FieldConformance {
    @Test(arguments: try TargetKind.judges())
    func `values are taken and refused as the engines do`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let engine = try await target.probe().engine
            // One index for all: each definition is a field of its own.
            let definitions = Set(FieldCase.all.map(\.field)).sorted()
            let fields = definitions.enumerated().map { #""f\#($0.offset)":\#($0.element)"# }
            let index = try await target.create(
                .made(
                    "fields",
                    mappings: #"{"dynamic":"strict","properties":{\#(fields.joined(separator: ","))}}"#
                )
            )
            let writes = FieldCase.all.enumerated().map { (place, test) in
                let field = definitions.firstIndex(of: test.field) ?? -1
                return ("\(place)", Int64(1), #"{"f\#(field)":\#(test.value)}"# as String?)
            }
            let outcomes = try await target.load(batch(writes), into: index)
            for (test, outcome) in zip(FieldCase.all, outcomes) {
                #expect(
                    (outcome == .indexed) == test.isTaken(by: engine),
                    "\(test.testDescription): \(outcome)"
                )
            }
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await target.count(index) == FieldCase.all.filter { $0.isTaken(by: engine) }.count)
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `unknown fields are refused under strict and kept in the source otherwise`(
        kind: TargetKind
    ) async throws {
        try await withTarget(kind) { target, _ in
            let table: [(String, String, Bool)] = [
                (#"{"dynamic":"strict"}"#, #"{"a":1}"#, false), (#"{"dynamic":false}"#, #"{"a":1}"#, true),
                (#"{"dynamic":"false"}"#, #"{"a":1}"#, true), (#"{"dynamic":true}"#, #"{"a":1}"#, true),
                ("{}", #"{"a":1}"#, true), (#"{"dynamic":"strict"}"#, "{}", true),
                ("{}", #"{"_id":"x"}"#, false),
                (
                    #"{"dynamic":"strict","properties":{"o":{"dynamic":false,"properties":{}}}}"#,
                    #"{"o":{"a":1}}"#, true
                ),
                (
                    #"{"dynamic":false,"properties":{"o":{"dynamic":"strict","properties":{}}}}"#,
                    #"{"o":{"a":1}}"#, false
                ),
                (
                    #"{"dynamic":"strict","properties":{"o":{"properties":{"a":{"type":"long"}}}}}"#,
                    #"{"o.a":1}"#, true
                ),
                (
                    #"{"dynamic":"strict","properties":{"o":{"properties":{"a":{"type":"long"}}}}}"#,
                    #"{"o.b":1}"#, false
                ),
                (#"{"dynamic":"strict","properties":{"o.a":{"type":"long"}}}"#, #"{"o":{"a":1}}"#, true),
                (
                    #"{"properties":{"a":{"type":"long"},"b":{"type":"alias","path":"a"}}}"#, #"{"b":1}"#,
                    false
                ),
            ]
            for (place, (mappings, source, isTaken)) in table.enumerated() {
                let index = try await target.create(.made("dynamic-\(place)", mappings: mappings))
                let outcome = try await target.load(batch([("1", 1, source)]), into: index)[0]
                #expect((outcome == .indexed) == isTaken, "\(mappings) \(source): \(outcome)")
            }
        }
    }
}

/// A query and how many documents it finds.
struct QueryCase: Sendable, CustomTestStringConvertible {
    var query: String
    var hits: Int

    var testDescription: String { query }

    static let mappings = #"""
        {"dynamic":"strict","properties":{"name":{"type":"text","fields":{"raw":{"type":"keyword"}}},
        "tags":{"type":"keyword"},"n":{"type":"long"},"d":{"type":"double"},"on":{"type":"date"},"b":{"type":"boolean"},
        "o":{"properties":{"c":{"type":"keyword"}}},"other":{"type":"alias","path":"tags"}}}
        """#
    static let documents = [
        #"{"b":true,"d":1.5,"n":1,"name":"Acme Corporation","on":"2026-01-01T10:00:00.000Z","tags":["red","blue"]}"#,
        #"{"b":false,"d":2.5,"n":2,"name":"acme-two works","o":{"c":"x"},"on":"2026-01-02","tags":"red"}"#,
        #"{"n":[3,4],"name":["Globex","Acme"],"on":1767500000000,"tags":[]}"#,
        #"{"name":"","o":[{"c":"x"},{"c":"y"}],"tags":null}"#,
    ]
    static let all: [QueryCase] = [
        QueryCase(query: #"{"match_all":{}}"#, hits: 4),
        QueryCase(query: #"{"term":{"name.raw":"Acme Corporation"}}"#, hits: 1),
        QueryCase(query: #"{"term":{"name.raw":{"value":"Acme"}}}"#, hits: 1),
        QueryCase(query: #"{"term":{"name":"acme"}}"#, hits: 3),
        QueryCase(query: #"{"term":{"name":"Acme"}}"#, hits: 0),
        QueryCase(query: #"{"term":{"tags":"red"}}"#, hits: 2),
        QueryCase(query: #"{"term":{"other":"red"}}"#, hits: 2),
        QueryCase(query: #"{"term":{"tags":"RED"}}"#, hits: 0),
        QueryCase(query: #"{"term":{"n":1}}"#, hits: 1),
        QueryCase(query: #"{"term":{"n":"2"}}"#, hits: 1),
        QueryCase(query: #"{"term":{"n":4}}"#, hits: 1),
        QueryCase(query: #"{"term":{"d":2.5}}"#, hits: 1),
        QueryCase(query: #"{"term":{"b":true}}"#, hits: 1),
        QueryCase(query: #"{"term":{"b":"false"}}"#, hits: 1),
        QueryCase(query: #"{"term":{"on":"2026-01-01"}}"#, hits: 1),
        QueryCase(query: #"{"term":{"o.c":"x"}}"#, hits: 2),
        QueryCase(query: #"{"terms":{"tags":["blue","green"]}}"#, hits: 1),
        QueryCase(query: #"{"terms":{"tags":[]}}"#, hits: 0),
        QueryCase(query: #"{"range":{"n":{"gte":2}}}"#, hits: 2),
        QueryCase(query: #"{"range":{"n":{"gt":1,"lt":3}}}"#, hits: 1),
        QueryCase(query: #"{"range":{"d":{"lte":1.5}}}"#, hits: 1),
        QueryCase(query: #"{"range":{"tags":{"gte":"c"}}}"#, hits: 2),
        QueryCase(query: #"{"range":{"on":{"gte":"2026-01-02"}}}"#, hits: 2),
        QueryCase(query: #"{"range":{"on":{"gt":"2026-01-01"}}}"#, hits: 2),
        QueryCase(query: #"{"range":{"on":{"lte":"2026-01-01"}}}"#, hits: 1),
        QueryCase(query: #"{"range":{"on":{"lt":"2026-01-01T10:00:00+01:00"}}}"#, hits: 0),
        QueryCase(query: #"{"exists":{"field":"tags"}}"#, hits: 2),
        QueryCase(query: #"{"exists":{"field":"name.raw"}}"#, hits: 4),
        QueryCase(query: #"{"exists":{"field":"o"}}"#, hits: 2),
        QueryCase(query: #"{"ids":{"values":["0","3","9"]}}"#, hits: 2),
        QueryCase(query: #"{"match":{"name":"ACME"}}"#, hits: 3),
        QueryCase(query: #"{"match":{"name":"corporation works"}}"#, hits: 2),
        QueryCase(query: #"{"match":{"name":{"query":"acme works","operator":"and"}}}"#, hits: 1),
        QueryCase(query: #"{"match":{"name":"two\" OR \"globex"}}"#, hits: 2),
        QueryCase(query: #"{"match":{"name":""}}"#, hits: 0),
        QueryCase(query: #"{"match":{"tags":"red"}}"#, hits: 2),
        QueryCase(
            query: #"{"bool":{"must":[{"term":{"tags":"red"}}],"must_not":[{"term":{"n":1}}]}}"#,
            hits: 1
        ),
        QueryCase(query: #"{"bool":{"should":[{"term":{"n":1}},{"term":{"n":2}}]}}"#, hits: 2),
        QueryCase(query: #"{"bool":{"filter":{"match_all":{}},"should":[{"term":{"n":1}}]}}"#, hits: 4),
        QueryCase(
            query:
                #"{"bool":{"should":[{"term":{"tags":"red"}},{"term":{"n":2}},{"term":{"b":true}}],"minimum_should_match":2}}"#,
            hits: 2
        ),
        QueryCase(query: #"{"bool":{}}"#, hits: 4),
        QueryCase(query: #"{"bool":{"must_not":{"exists":{"field":"tags"}}}}"#, hits: 2),
    ]
    /// No target understands them.
    static let refused = [
        "{}", #"{"term":{"n":"x"}}"#, #"{"match_all":{},"ids":{}}"#, #"{"range":{"n":{"about":1}}}"#,
        #"{"bool":{"mustnot":[]}}"#, "[]",
    ]
    /// The engines understand these; the embedded target may refuse them (MANIFESTS, "The embedded target's tables").
    static let richer = [
        QueryCase(query: #"{"fuzzy":{"name":"acmee"}}"#, hits: 3),
        QueryCase(query: #"{"term":{"nowhere":1}}"#, hits: 0),
        QueryCase(query: #"{"range":{"on":{"gte":"now-1d"}}}"#, hits: 0),
        QueryCase(query: #"{"match":{"name":{"query":"acmee","fuzziness":"AUTO"}}}"#, hits: 3),
        QueryCase(query: #"{"bool":{"should":[],"minimum_should_match":"75%"}}"#, hits: 4),
    ]
}

/// What canary queries find, on every target with aliases.
@Suite struct QueryConformance {
    @Test(arguments: try TargetKind.judges())
    func `queries find what the engines find`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("queries", mappings: QueryCase.mappings))
            let outcomes = try await target.load(
                batch(QueryCase.documents.enumerated().map { ("\($0.offset)", 1, $0.element) }),
                into: index
            )
            #expect(outcomes.allSatisfy { $0 == .indexed }, "\(outcomes)")
            _ = try await target.settle(index, forceMerge: 1)
            for test in QueryCase.all {
                let hits = try await target.hits(of: json(test.query), in: index)
                #expect(hits == test.hits, "\(test.query)")
            }
            for query in QueryCase.refused {
                await expect(throws: .query) { try await target.hits(of: json(query), in: index) }
            }
            for test in QueryCase.richer {
                if kind == .embedded {
                    await expect(throws: .query) { try await target.hits(of: json(test.query), in: index) }
                } else {
                    let hits = try await target.hits(of: json(test.query), in: index)
                    #expect(hits == test.hits, "\(test.query)")
                }
            }
            // A text without a word exists for all but OpenSearch 3 itself.
            let isBlind = try await target.probe().engine.hasPrefix("OpenSearch 3") && kind != .node(.osmem)
            let named = try await target.hits(of: ["exists": ["field": "name"]], in: index)
            #expect(named == (isBlind ? 3 : 4))
        }
    }

    @Test(arguments: try TargetKind.judges())
    func `full text follows writes after settling`(kind: TargetKind) async throws {
        try await withTarget(kind) { target, _ in
            let index = try await target.create(.made("queries", mappings: QueryCase.mappings))
            _ = try await target.load(batch([("1", 1, #"{"name":"old words"}"#)]), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            _ = try await target.load(
                batch([("1", 2, #"{"name":"new words"}"#), ("2", 1, #"{"name":"more words"}"#)]),
                into: index
            )
            _ = try await target.settle(index, forceMerge: nil)
            for (word, hits) in [("old", 0), ("new", 1), ("words", 2)] {
                #expect(try await target.hits(of: ["match": ["name": .text(word)]], in: index) == hits)
            }
            _ = try await target.load(batch([("2", 1, nil)]), into: index)
            _ = try await target.settle(index, forceMerge: nil)
            #expect(try await target.hits(of: ["match": ["name": "words"]], in: index) == 1)
        }
    }
}
