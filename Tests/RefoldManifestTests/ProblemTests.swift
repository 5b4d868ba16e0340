import RefoldBytes
import RefoldManifest
import Testing

@Suite struct ProblemTests {
    /// A wrong line of a manifest, and what is said about it: place, word, message, fix.
    struct Case: CustomTestStringConvertible, Sendable {
        var line: String
        var place: String
        var code: ManifestProblem.Code
        var message: String
        var fix: String?
        var testDescription: String { line }

        init(
            _ line: String,
            _ place: String,
            _ code: ManifestProblem.Code,
            _ message: String,
            _ fix: String? = nil
        ) {
            self.line = line
            self.place = place
            self.code = code
            self.message = message
            self.fix = fix
        }
    }

    private static let readModelHead = """
        apiVersion: refold/v1
        kind: ReadModel
        name: clients
        version: 3
        """
    private static let readModelParts = [
        "events: { format: salesforce-cdc }",
        "aggregate: { entities: [Account], fold: merge }",
        "document: { fields: { name: Name } }",
        "index: { alias: clients }",
    ]

    /// A read model in which one part, in line 5, is replaced, or which has a line more there.
    private static func readModel(with line: String) -> String {
        let key = line.prefix { $0 != ":" }
        let others = readModelParts.filter { !$0.hasPrefix("\(key):") }
        return ([readModelHead, line] + others).joined(separator: "\n") + "\n"
    }

    private static let readModelCases = [
        Case("verion: 3", "m.yaml:5:1", .unknownKey, "unknown key `verion`", "did you mean `version`?"),
        Case(
            "asOf: x",
            "m.yaml:5:1",
            .unknownKey,
            "unknown key `asOf`",
            "known here: apiVersion, kind, name, version, events, upcast, aggregate, document, index"
        ),
        Case("version: 4", "m.yaml:5:1", .duplicateKey, "this key is written twice", "keep one of the two"),
        Case("events: salesforce-cdc", "m.yaml:5:9", .type, "expected a mapping, found `salesforce-cdc`"),
        Case(
            "events: { format: cdc }",
            "m.yaml:5:19",
            .value,
            "expected one of `salesforce-cdc`, `cloudevents`, `fields`, found `cdc`"
        ),
        Case(
            "events: { format: salesforce-cdc, payload: data }",
            "m.yaml:5:35",
            .foreignKey,
            "`payload` belongs to format fields, this is format salesforce-cdc",
            "remove it"
        ),
        Case(
            "upcast: [ { when: { has: X } } ]",
            "m.yaml:5:11",
            .missingKey,
            "at least one of `rename`, `drop`, `set`, `map`, `swift` is needed"
        ),
        Case(
            "upcast: [ { swift: A, drop: b } ]",
            "m.yaml:5:13",
            .combination,
            "`swift` stands beside other keys",
            "give the Swift type a rule of its own: - { swift: A }"
        ),
        Case(
            "upcast: [ { when: { before: 2024-01-01 }, drop: a } ]",
            "m.yaml:5:29",
            .value,
            "`2024-01-01` is not a time with Z or an offset",
            "for example 2026-03-01T18:00:00Z"
        ),
        Case(
            "aggregate: { fold: merge }",
            "m.yaml:5:12",
            .missingKey,
            "`entities` is missing",
            "for example entities: [Account]"
        ),
        Case(
            "aggregate: { entities: [A], fold: merge, apply: {} }",
            "m.yaml:5:42",
            .foreignKey,
            "`apply` belongs to fold ordered, this is fold merge",
            "remove it"
        ),
        Case("aggregate: { entities: [A], fold: swift }", "m.yaml:5:12", .missingKey, "`type` is missing"),
        Case(
            "aggregate: { entities: [A], fold: merge, maxBytes: 64 }",
            "m.yaml:5:52",
            .type,
            "expected a size, found the number 64",
            "for example 64MiB"
        ),
        Case(
            "aggregate: { entities: A, fold: merge }",
            "m.yaml:5:24",
            .type,
            "expected a list, found `A`",
            "write it in brackets: [ … ]"
        ),
        Case(
            "aggregate: { entities: [A, B], fold: merge }",
            "m.yaml:7:11",
            .combination,
            "with several entities `id: $id` can name two aggregates",
            "write id: $key"
        ),
        Case(
            "document: { id: $Id, fields: { a: b } }",
            "m.yaml:5:17",
            .value,
            "expected one of `$id`, `$key`, found `$Id`",
            "did you mean `$id`?"
        ),
        Case("document: { fields: all }", "m.yaml:5:21", .value, "expected `*`, found `all`"),
        Case(
            "document: { fields: {} }",
            "m.yaml:5:21",
            .value,
            "the mapping needs at least one key",
            "add one"
        ),
        Case(
            "document: { where: { A: null }, fields: { a: b } }",
            "m.yaml:5:25",
            .type,
            "expected a text, number or boolean, found nothing (null)",
            "a state holds no null: write { exists: false }"
        ),
        Case(
            "document: { where: { $tme: 1 }, fields: { a: b } }",
            "m.yaml:5:22",
            .value,
            "`$tme` is no built-in",
            "did you mean `$time`?"
        ),
        Case(
            "document: { fields: { a: { from: A, type: number } } }",
            "m.yaml:5:43",
            .value,
            "expected one of `string`, `boolean`, `long`, `unsigned_long`, `double`, `date`, `day`, found `number`"
        ),
        Case(
            "document: { fields: { a: { from: A, value: 1 } } }",
            "m.yaml:5:37",
            .combination,
            "`value` stands beside `from`: exactly one of `from`, `first`, `template`, `value`, `lookup`, `collect` is taken",
            "keep one of the two"
        ),
        Case(
            "document: { fields: { a: { type: long } } }",
            "m.yaml:5:26",
            .missingKey,
            "exactly one of `from`, `first`, `template`, `value`, `lookup`, `collect` is needed"
        ),
        Case(
            "document: { fields: { a: { from: A, unmapped: null } } }",
            "m.yaml:5:37",
            .combination,
            "`unmapped` has no `map` beside it",
            "remove it"
        ),
        Case(
            "document: { fields: { a: { template: no braces } } }",
            "m.yaml:5:38",
            .value,
            "the template takes nothing from the state",
            "name a path in braces, or write { value: … } for a constant"
        ),
        Case(
            "document: { fields: { a: { template: \"{b\" } } }",
            "m.yaml:5:38",
            .value,
            "a brace of the template has no partner",
            "close it: {Field}"
        ),
        Case(
            "document: { fields: { _id: A } }",
            "m.yaml:5:23",
            .name,
            "`_id` is reserved: search engines keep `_id` for themselves",
            "give the field another name"
        ),
        Case(
            "document: { fields: { a: X, a.b: Y } }",
            "m.yaml:5:29",
            .combination,
            "`a.b` and `a` cannot both be: one is a value, the other an object in its place",
            "rename one of them"
        ),
        Case(
            "document: { fields: { a: { lookup: U, by: b } } }",
            "m.yaml:5:26",
            .missingKey,
            "`take` is missing"
        ),
        Case(
            "document: { fields: { a: { collect: U, by: b, count: true, sum: c } } }",
            "m.yaml:5:60",
            .combination,
            "only one of `take`, `count`, `sum`, `min`, `max` is taken",
            "keep one of them"
        ),
        Case(
            "index: { alias: Clients }",
            "m.yaml:5:17",
            .name,
            "`Clients` cannot be an alias",
            "choose another name"
        ),
        Case(
            "index: { alias: a, aliases: [b] }",
            "m.yaml:5:20",
            .combination,
            "`aliases` stands beside `alias`: exactly one of `alias`, `aliases` is taken",
            "keep one of the two"
        ),
        Case(
            "index: { alias: a, forceMerge: 0 }",
            "m.yaml:5:32",
            .value,
            "expected an integer 1…1000, found the number 0"
        ),
        Case(
            "index: { alias: a, mappings: { dynamic: strictly } }",
            "m.yaml:5:41",
            .mapping,
            "expected true, false, strict or strict_allow_templates, found `strictly`"
        ),
        Case(
            "index: { alias: a, mappings: { properties: { name: text } } }",
            "m.yaml:5:52",
            .mapping,
            "expected the mapping of field `name`, found `text`",
            "write { type: text }"
        ),
    ]

    @Test(arguments: readModelCases)
    func `a wrong line of a read model is named with its place and its cure`(wrong: Case) throws {
        let problems = try Fixtures.problems(Self.readModel(with: wrong.line))
        #expect(problems.map(\.place) == [wrong.place])
        #expect(problems.map(\.code) == [wrong.code])
        #expect(problems.map(\.message) == [wrong.message])
        #expect(problems.map(\.fix) == [wrong.fix])
    }

    private static func job(with line: String) -> String {
        let key = line.prefix { $0 != ":" }
        let parts = ["archive: a", "readModels: [r.yaml]", "target: { embedded: x.db }"].filter {
            !$0.hasPrefix("\(key):")
        }
        return (["apiVersion: refold/v1", "kind: Rebuild", "name: nightly", line] + parts).joined(
            separator: "\n"
        ) + "\n"
    }

    private static let jobCases = [
        Case(
            "asOf: 2026-01-01T00:00:00Z",
            "m.yaml:4:1",
            .foreignKey,
            "`asOf` belongs to kind Restore, this is kind Rebuild",
            "remove it"
        ),
        Case(
            "strategy: auto",
            "m.yaml:4:1",
            .foreignKey,
            "`strategy` belongs to kind Migration, this is kind Rebuild",
            "remove it"
        ),
        Case(
            "archive: gs://x",
            "m.yaml:4:10",
            .value,
            "an archive is a folder or s3://bucket/prefix",
            "other stores are not read: copy the archive to one of these"
        ),
        Case(
            "archive: { url: a, region: x }",
            "m.yaml:4:20",
            .combination,
            "`region` belongs to an archive at s3://, this is a folder",
            "remove it"
        ),
        Case("readModels: []", "m.yaml:4:13", .value, "the list needs at least one element", "add one"),
        Case(
            "readModels: [missing.yaml]",
            "m.yaml:4:14",
            .file,
            "`missing.yaml` does not exist",
            "correct the path, which is seen from the manifest's folder"
        ),
        Case("readModels: [.]", "m.yaml:4:14", .file, "`.` is a folder", "name the manifest file in it"),
        Case(
            "readModels: [r.yaml, ./r.yaml]",
            "m.yaml:4:22",
            .name,
            "two read models of the job are named `clients`",
            "rename one of them, or list it once"
        ),
        Case(
            "target: prod.yaml",
            "m.yaml:4:9",
            .file,
            "`prod.yaml` does not exist",
            "correct the path, which is seen from the manifest's folder"
        ),
        Case(
            "target: { embedded: a, file: b }",
            "m.yaml:4:24",
            .combination,
            "`file` stands beside `embedded`: exactly one of `embedded`, `file`, `opensearch` is taken",
            "keep one of the two"
        ),
        Case(
            "target: { opensearch: { url: \"http://example.com\" } }",
            "m.yaml:4:30",
            .combination,
            "`http` to another machine sends documents and credentials in the clear",
            "take https, or say allowPlainHTTP: true"
        ),
        Case("replay: { shards: many }", "m.yaml:4:19", .type, "expected an integer 1…1024, found `many`"),
        Case(
            "replay: { checkpointEvery: 30 }",
            "m.yaml:4:28",
            .type,
            "expected a duration, found the number 30",
            "for example 30s"
        ),
        Case(
            "rejects: { budget: \"5\" }",
            "m.yaml:4:20",
            .type,
            "expected an integer from 0, found `5`",
            "write it without quotes"
        ),
        Case(
            "verify: { minimumShareOfPrevious: 90 }",
            "m.yaml:4:35",
            .value,
            "expected a number from 0.0 to 1.0, found the number 90"
        ),
        Case(
            "verify: { canaries: [ { name: c, readModel: client, query: { match_all: {} }, hits: { min: 1 } } ] }",
            "m.yaml:4:45",
            .canary,
            "canary `c` asks `client`, which the job has not",
            "did you mean `clients`?"
        ),
        Case(
            "verify: { canaries: [ { name: c, readModel: clients, query: { term: { nme: x } }, hits: { min: 1 } } ] }",
            "m.yaml:4:71",
            .canary,
            "the canary asks the field `nme`, which the mapping lacks",
            "did you mean `name`?"
        ),
        Case(
            "verify: { canaries: [ { name: c, readModel: clients, query: { fuzzy: { name: x } }, hits: { min: 1 } } ] }",
            "m.yaml:4:63",
            .canary,
            "the embedded target does not understand the query `fuzzy`",
            "known there: match_all, term, terms, range, exists, ids, match, bool"
        ),
        Case(
            "verify: { canaries: [ { name: c, readModel: clients, query: { match_all: {} }, hits: { min: 2, max: 1 } } ] }",
            "m.yaml:4:86",
            .combination,
            "`min` is greater than `max`",
            "exchange them, or remove one"
        ),
        Case(
            "cutover: { together: yes }",
            "m.yaml:4:22",
            .type,
            "expected true or false, found `yes`",
            "write true, without quotes"
        ),
        Case(
            "cutover: { preview: clients }",
            "m.yaml:4:21",
            .name,
            "`clients` is the serving alias of `clients`",
            "choose another name for the preview"
        ),
        Case(
            "notify: [ { webhook: { url: \"https://example.com\" } } ]",
            "m.yaml:4:29",
            .secret,
            "a secret must not be written down in a manifest",
            "name where it is: { env: NAME } or { file: PATH }"
        ),
    ]

    @Test(arguments: jobCases)
    func `a wrong line of a job is named with its place and its cure`(wrong: Case) throws {
        let model = """
            apiVersion: refold/v1
            kind: ReadModel
            name: clients
            version: 1
            events: { format: salesforce-cdc }
            aggregate: { entities: [Account], fold: merge }
            document: { fields: { name: Name } }
            index: { alias: clients, mappings: { dynamic: strict, properties: { name: { type: keyword } } } }
            """
        let problems = try Fixtures.withFolder(["m.yaml": Self.job(with: wrong.line), "r.yaml": model]) {
            $0.validate(path: "m.yaml")
        }
        #expect(problems.map(\.place) == [wrong.place])
        #expect(problems.map(\.code) == [wrong.code])
        #expect(problems.map(\.message) == [wrong.message])
        #expect(problems.map(\.fix) == [wrong.fix])
    }

    @Test func `all problems come at once, sorted by place, warnings among errors`() throws {
        let problems = try Fixtures.problems(
            """
            apiVersion: refold/v2
            kind: ReadModel
            verion: 1
            events: { format: salesforce-cdc }
            aggregate: { entities: [A], fold: mrge }
            document: { fields: { b: { from: B, type: bolean }, c: { from: C, onError: "null" } } }
            index: { alias: a, mappings: { dynamic: strict, properties: { c: { type: keywrd } } } }
            """
        )
        #expect(
            problems.map { "\($0.severity) \($0.line):\($0.column) \($0.code.rawValue)" } == [
                "error 1:1 manifest.missing_key", "error 1:1 manifest.missing_key",
                "error 1:13 manifest.value",
                "error 3:1 manifest.unknown_key", "error 5:35 manifest.value", "error 6:43 manifest.value",
                "warning 6:67 manifest.combination", "error 6:76 manifest.value",
                "warning 7:74 manifest.mapping",
            ]
        )
    }

    @Test func `a problem is shown with message, word, place, line, caret and cure`() throws {
        let problems = try Fixtures.problems(
            "apiVersion: refold/v1\nkind: Target\nname: prod\nembeded: \"\tä\" # ü\nfile: x\n"
        )
        #expect(
            problems.map(\.rendered) == [
                """
                error: unknown key `embeded`  [manifest.unknown_key]
                 where: m.yaml:4:1
                      | embeded: "\tä" # ü
                      | ^^^^^^^
                 fix:   did you mean `embedded`?
                """
            ]
        )
    }

    @Test func `the caret counts characters, keeps tabs, and a long line is cut around it`() throws {
        let wide = try Fixtures.problems("apiVersion: refold/v1\nkind: Target\nname: äöü€😀\tx\nfile: x\n")
        #expect(wide.first?.rendered.contains("  | name: äöü€😀\tx\n      |       ^^^^^^^") == true)
        let long =
            "apiVersion: refold/v1\nkind: Target\nname: a\nfile: x\n{}: { \(String(repeating: "k: v, ", count: 200)) }"
        for problem in try Fixtures.problems(long) {
            let lines = problem.rendered.split(separator: "\n")
            #expect(lines.allSatisfy { $0.count < 130 })
        }
    }

    @Test func `an error of several problems names the first and counts the others`() throws {
        let error = #expect(throws: ManifestError.self) {
            try Fixtures.withFolder(["m.yaml": "kind: Target\n"]) { try $0.loadTarget(path: "m.yaml") }
        }
        #expect(error?.kind == .usage)
        #expect(error?.code == "manifest.invalid")
        #expect(error?.place == "m.yaml:1:1")
        #expect(error?.message.hasSuffix("(and 2 more)") == true)
        let missing = #expect(throws: ManifestError.self) {
            try Fixtures.loader.loadJob(path: "nowhere.yaml")
        }
        #expect(missing?.message == "`nowhere.yaml` does not exist")
        #expect(missing?.place == "nowhere.yaml")
        #expect(missing?.code == "manifest.file")
    }
}
