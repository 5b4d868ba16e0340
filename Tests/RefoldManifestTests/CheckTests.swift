import RefoldBytes
import RefoldManifest
import Testing

@Suite struct CheckTests {
    private static func model(
        fields: String,
        mappings: String,
        events: String = "format: salesforce-cdc"
    ) -> String {
        """
        apiVersion: refold/v1
        kind: ReadModel
        name: m
        version: 1
        events: { \(events) }
        aggregate: { entities: [A], fold: merge }
        document: { fields: { \(fields) } }
        index: { alias: m, mappings: { dynamic: strict, properties: { \(mappings) } } }
        """
    }

    @Test(arguments: [
        ("name: Name", "", "the mapping lacks `name`, and it is strict"),
        ("a.b: X", "a: { type: keyword }", "`a.b` needs an object at `a`, which the mapping has as keyword"),
        (
            "a.b: X", "a: { properties: { c: { type: keyword } } }",
            "the mapping lacks `a.b`, and it is strict"
        ),
        (
            "a: { from: A, type: boolean }", "a: { type: long }",
            "`a` is a boolean, which a field of type long refuses"
        ),
        (
            "a: { from: A, type: long }", "a: { type: boolean }",
            "`a` is an integer, which a field of type boolean refuses"
        ),
        (
            "a: { from: A, type: double }", "a: { type: ip }",
            "`a` is a number, which a field of type ip refuses"
        ),
        (
            "a: { from: A, type: date }", "a: { type: long }",
            "`a` is a time as ISO 8601 text, which a field of type long refuses"
        ),
        (
            "a: { from: A, type: day }", "a: { type: date, format: epoch_millis }",
            "`a` is a time as ISO 8601 text, which a field of type date refuses"
        ),
        (
            "a: { from: A, type: string }", "a: { properties: { b: { type: long } } }",
            "`a` is a text, which a field of type object refuses"
        ),
        ("a: { value: abc }", "a: { type: long }", "`a` is this value, which a field of type long refuses"),
        (
            "a: { value: [true] }", "a: { type: long }",
            "`a` is this value, which a field of type long refuses"
        ),
        (
            "a: { value: maybe }", "a: { type: boolean }",
            "`a` is this value, which a field of type boolean refuses"
        ),
        (
            "a: { from: A, type: long, default: none }", "a: { type: long }",
            "`a` is this value, which a field of type long refuses"
        ),
        (
            "a: { from: A, map: { x: y } }", "a: { type: double }",
            "`a` is this value, which a field of type double refuses"
        ),
        (
            "a: { collect: B, by: c, count: true }", "a: { type: nested }",
            "`a` is an integer, which a field of type nested refuses"
        ),
        (
            "a: { collect: B, by: c, take: { d: e } }", "a: { type: keyword }",
            "`a` is objects, which a field of type keyword refuses"
        ),
        (
            "a: { first: [ X, { value: x } ] }", "a: { type: long }",
            "`a` is this value, which a field of type long refuses"
        ),
        ("a: $id", "a: { type: flat_object }", "`a` is a text, which a field of type flat_object refuses"),
        ("a: X", "a: { type: alias, path: b }", "`a` is an alias in the mapping: nothing is written to it"),
    ])
    func `a field that the mapping refuses in every document is found without a server`(
        fields: String,
        mappings: String,
        message: String
    ) throws {
        let problems = try Fixtures.problems(Self.model(fields: fields, mappings: mappings))
        #expect(problems.map(\.message) == [message])
        #expect(problems.map(\.line) == [7])
    }

    @Test(arguments: [
        ("a: { from: A, type: long }", "a: { type: keyword }"),
        ("a: { from: A, type: double }", "a: { type: long }"),
        ("a: { from: A, type: string }", "a: { type: date }"),
        ("a: { from: A, type: boolean }", "a: { type: keyword }"),
        ("a: { from: A, type: long }", "a: { type: date }"), ("a: { value: \"1.5\" }", "a: { type: long }"),
        ("a: { value: \"true\" }", "a: { type: boolean }"), ("a: { value: null }", "a: { type: long }"),
        ("a: { from: A, type: date }", "a: { type: long, ignore_malformed: true }"),
        ("a: A", "a: { type: nested }"), ("a: A", "a: { properties: { b: { type: long } } }"),
        ("a.b: X", "a: { enabled: false }"), ("a.b: X", "a: { type: flat_object }"),
        ("a.b: X", "a: { type: object, dynamic: true }"),
        ("a.b: X", "a.b: { type: keyword }"), ("a: X", "a: { type: geo_point }"),
        ("a: { value: [1, 2] }", "a: { type: byte }"),
        ("a: { from: A, split: \";\", type: long }", "a: { type: long }"),
    ])
    func `a field that some value fits is left to the load`(fields: String, mappings: String) throws {
        let problems = try Fixtures.problems(Self.model(fields: fields, mappings: mappings))
        #expect(problems.filter { $0.severity == .error } == [])
    }

    @Test(arguments: [
        ("a: { from: A, type: double }", "a: { type: long }", "a: { from: A, type: ".count),
        ("a: { from: A, type: double }", "a: { type: short, coerce: false }", "a: { from: A, type: ".count),
        ("a: { value: 2.5 }", "a: { type: integer }", "a: { value: ".count),
        ("a: { first: [ { from: A, type: double } ] }", "a: { type: byte }", 0),
    ])
    func `a fraction in a mapping of whole numbers is a warning at the field`(
        fields: String,
        mappings: String,
        column: Int
    ) throws {
        let problems = try Fixtures.problems(Self.model(fields: fields, mappings: mappings))
        #expect(problems.map(\.severity) == [.warning])
        #expect(problems.first?.message.hasPrefix("`a` may have a fraction, which a field of type ") == true)
        #expect(problems.first?.place == "m.yaml:7:\("document: { fields: { ".count + column + 1)")
    }

    @Test(arguments: [
        ("a: { from: A, type: double }", "a: { type: double }"),
        ("a: { from: A, type: long }", "a: { type: long }"),
        ("a: { value: 2.0 }", "a: { type: integer }"),
        ("a: A", "a: { type: long }"),
    ])
    func `no fraction is warned of where there is room for it, or where none is said`(
        fields: String,
        mappings: String
    ) throws {
        #expect(try Fixtures.problems(Self.model(fields: fields, mappings: mappings)) == [])
    }

    @Test func `the fields of an ordered fold are checked against a strict mapping`() throws {
        let text = try Fixtures.text("files.yaml").replacing("lastCommit: { type: keyword }, ", with: "")
        let problems = try Fixtures.problems(text)
        #expect(problems.map(\.message) == ["the mapping lacks `lastCommit`, and it is strict"])
        #expect(problems.map(\.place) == ["m.yaml:9:61"])
    }

    @Test(arguments: [
        ("mappngs: {}", "the mappings have an unusual key `mappngs`"),
        ("properties: { a: { type: keywrd } }", "`keywrd` is no usual type of field"),
        (
            "properties: { a: { type: keyword, ignore_abov: 5 } }",
            "field `a` has an unusual parameter `ignore_abov`"
        ),
    ])
    func `an unusual mapping is a warning, for the engine decides`(mappings: String, message: String) throws {
        let problems = try Fixtures.problems(
            """
            apiVersion: refold/v1
            kind: ReadModel
            name: m
            version: 1
            events: { format: salesforce-cdc }
            aggregate: { entities: [A], fold: merge }
            document: { fields: { a: A } }
            index: { alias: m, mappings: { \(mappings) } }
            """
        )
        #expect(problems.map(\.message) == [message])
        #expect(problems.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        ("properties: { a: {} }", "field `a` has no `type`"),
        (
            "properties: { a: { type: keyword, properties: {} } }",
            "a field of type keyword has no `properties`"
        ),
        ("properties: { a: { type: keyword, fields: { b: {} } } }", "field `b` has no `type`"),
        ("properties: [a]", "expected a mapping of fields, found a list"),
        ("_meta: { refold: {} }", "`_meta.refold` is refold's own"),
    ])
    func `a mapping that no engine takes is an error`(mappings: String, message: String) throws {
        let text = Self.model(fields: "a: A", mappings: "").replacing(
            "dynamic: strict, properties: {  }",
            with: mappings
        )
        #expect(try Fixtures.problems(text).map(\.message) == [message])
    }

    @Test(arguments: [
        (
            "format: fields, entity: A, id: i, position: p, type: t, time: t, payload: d",
            "`fold: merge` joins Salesforce changes, these events have another format"
        ),
        ("format: cloudevents, entity: B", "no event has the entity `A`: `events` says `B`"),
    ])
    func `events and fold that do not fit are refused`(events: String, message: String) throws {
        let problems = try Fixtures.problems(
            Self.model(fields: "a: A", mappings: "a: { type: keyword }", events: events)
        )
        #expect(problems.map(\.message).contains(message))
    }

    @Test(arguments: [
        ("", "it is empty"), ("_a", "it begins with `_`"), ("-a", "it begins with `-`"),
        ("+a", "it begins with `+`"),
        ("..", "`.` and `..` are no names"), ("A", "it has capital letters"), ("a,b", "it holds `,`"),
        ("a:b", "it holds `:`"), ("a#", "it holds `#`"), ("a b", "it holds ` `"), ("a/b", "it holds `/`"),
        ("a*", "it holds `*`"),
        ("x-refold-lease", "names that end in `-refold-lease` hold the leases of cut-overs"),
        (String(repeating: "a", count: 201), "it is longer than 200 bytes, and index names add up to 55"),
    ])
    func `an alias follows the engines' rules for names`(alias: String, cause: String) throws {
        let text = Self.model(fields: "a: A", mappings: "a: { type: keyword }").replacing(
            "alias: m",
            with: "alias: \"\(alias)\""
        )
        let problem = try Fixtures.problems(text).first
        #expect(problem?.line == 8)
        #expect(alias.isEmpty || problem?.cause == cause)
    }

    private func job(_ lines: [String], models: [String: String]) throws -> [ManifestProblem] {
        let job = ["apiVersion: refold/v1", "name: j", "archive: a"] + lines
        return try Fixtures.withFolder(models.merging(["m.yaml": job.joined(separator: "\n")]) { $1 }) {
            $0.validate(path: "m.yaml")
        }
    }

    @Test func `one alias for two read models, and two formats in one archive, are refused`() throws {
        let first = Self.model(fields: "a: A", mappings: "a: { type: keyword }")
        let second = first.replacing("name: m", with: "name: n")
        let lines = ["kind: Rebuild", "readModels: [a.yaml, b.yaml]", "target: { embedded: x }"]
        let shared = try job(lines, models: ["a.yaml": first, "b.yaml": second])
        #expect(shared.map(\.message) == ["the alias `m` belongs to `m` and to `n`"])
        #expect(shared.map(\.place) == ["m.yaml:5:22"])
        let formats = try job(lines, models: ["a.yaml": first, "b.yaml": try Fixtures.text("files.yaml")])
        #expect(formats.map(\.message) == ["`files` reads fields, `m` reads salesforce-cdc"])
    }

    @Test func `a state of the past excludes catch-up and snapshots`() throws {
        let problems = try job(
            [
                "kind: Restore", "readModels: [a.yaml]", "target: { embedded: x }",
                "asOf: 2026-01-01T00:00:00Z",
                "catchUp: { until: drained }", "replay: { snapshot: keep }",
            ],
            models: ["a.yaml": Self.model(fields: "a: A", mappings: "a: { type: keyword }")]
        )
        #expect(
            problems.map(\.message) == [
                "`asOf` excludes `catchUp`", "`asOf` excludes `replay.snapshot: keep`",
            ]
        )
        #expect(problems.map(\.place) == ["m.yaml:7:1", "m.yaml:7:1"])
    }

    @Test func `fields that differ in letter case alone are refused for the embedded target only`() throws {
        let model = Self.model(
            fields: "a: A",
            mappings:
                "a: { type: keyword, fields: { raw: { type: keyword } } }, A: { type: keyword }, a.RAW: { type: keyword }"
        )
        let lines = ["kind: Rebuild", "readModels: [a.yaml]"]
        let embedded = try job(lines + ["target: { embedded: x }"], models: ["a.yaml": model])
        #expect(
            embedded.map(\.message) == [
                "the embedded target cannot tell the fields `a.raw` and `a.RAW` apart",
                "the embedded target cannot tell the fields `a` and `A` apart",
            ]
        )
        #expect(embedded.map(\.place) == ["a.yaml:8:20", "a.yaml:8:20"])
        #expect(try job(lines + ["target: { file: x }"], models: ["a.yaml": model]) == [])
    }

    @Test(arguments: [
        ("rank: { type: text }", "`rank` cannot be a text field of the embedded target"),
        ("RowID: { type: match_only_text }", "`RowID` cannot be a text field of the embedded target"),
        ("_ID: { type: keyword }", "`_ID` is a column that every index of the embedded target has"),
        (
            "rowid: { type: long }, _rowid_: { type: long }, oid: { type: long }",
            "fields `rowid`, `_rowid_` and `oid` together leave the embedded target no name for its rows"
        ),
    ])
    func `fields that take a name of the embedded target's own tables are refused for it only`(
        mappings: String,
        message: String
    ) throws {
        let model = Self.model(fields: "a: A", mappings: "a: { type: text }, " + mappings)
        let lines = ["kind: Rebuild", "readModels: [a.yaml]"]
        let embedded = try job(lines + ["target: { embedded: x }"], models: ["a.yaml": model])
        #expect(embedded.map(\.message) == [message])
        #expect(embedded.map(\.place) == ["a.yaml:8:20"])
        #expect(try job(lines + ["target: { file: x }"], models: ["a.yaml": model]) == [])
    }

    @Test func `rank and rowid are fields like others unless they are text`() throws {
        let model = Self.model(fields: "rank: A", mappings: "rank: { type: keyword }, rowid: { type: long }")
        let lines = ["kind: Rebuild", "readModels: [a.yaml]", "target: { embedded: x }"]
        #expect(try job(lines, models: ["a.yaml": model]) == [])
    }

    @Test func `bare ids need one entity`() throws {
        let model = Self.model(fields: "a: A", mappings: "a: { type: keyword }")
            .replacing("entities: [A]", with: "entities: [A, B]").replacing(
                "document: {",
                with: "document: { id: $key,"
            )
        let lines = ["kind: Backfill", "readModels: [a.yaml]", "target: { embedded: x }"]
        let bare = try job(lines + ["select: { ids: [A#1, x] }"], models: ["a.yaml": model])
        #expect(bare.map(\.message) == ["with several entities `x` can name several aggregates"])
        #expect(try job(lines + ["select: { entities: [A], ids: [x] }"], models: ["a.yaml": model]) == [])
    }

    @Test(arguments: [
        "{ bool: { must: [ { term: { nme: x } } ] } }",
        "{ bool: { filter: { range: { nme: { gte: 1 } } } } }",
        "{ exists: { field: nme } }", "{ terms: { nme: [x], boost: 2 } }", "{ match: { name.rwa: x } }",
    ])
    func `a canary on an unmapped field is found wherever it stands`(query: String) throws {
        let problems = try Fixtures.withFolder([
            "a.yaml": Self.model(
                fields: "name: A",
                mappings: "name: { type: text, fields: { raw: { type: keyword } } }"
            ),
            "m.yaml": """
            apiVersion: refold/v1
            kind: Rebuild
            name: j
            archive: a
            readModels: [a.yaml]
            target: { embedded: x }
            verify: { canaries: [ { name: c, readModel: m, query: \(query), hits: { min: 1 } } ] }
            """,
        ]) { $0.validate(path: "m.yaml") }
        #expect(problems.map(\.code) == [.canary])
        #expect(problems.map(\.line) == [7])
    }
}
