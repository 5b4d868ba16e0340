import RefoldManifest
import Testing

@Suite struct SecretTests {
    private static let canary = "c4n4ry-hunter2"

    private static func target(_ auth: String) -> String {
        "apiVersion: refold/v1\nkind: Target\nname: prod\nopensearch:\n  url: https://h\n\(auth)\n"
    }

    private static let texts = [
        target("  auth: { basic: { username: u, password: \(canary) } }"),
        target("  auth: { basic: { username: u, passwrod: \(canary) } }"),
        target("  auth: { basic: { \(canary): x } }"),
        target("  auth: { bearer: \(canary) }"),
        target("  auth: { bearer: [\(canary)] }"),
        target("  auth: { bearer: { \(canary) } }"),
        target("  auth: { bearer: { env: \"\(canary)\" } }"),
        target("  auth: { apiKey: { value: \(canary) } }"),
        target("  auth: { apikey: \(canary) }"),
        target("  auth: \(canary)"),
        target("  auth:\n    bearer:\n      \(canary)"),
        target("  auth:\n    bearer: |\n      first\n      \(canary)\n    oops: 1"),
        target("  auth: { bearer: &\(canary) x }"),
        target("  auth: { bearer: *\(canary) }"),
        target("  auth: { bearer: !\(canary) x }"),
        target("  auth: { bearer: \"\(canary) }"),
        target("  auth: { basic: { username: u, password: \(canary)"),
        target("  auth: { sigv4: { service: es, region: r, secretKey: \(canary) } }"),
        target("  auht: { bearer: \(canary) }"),
        target("  password: \(canary)"),
        target("  tls: { clientKey: \(canary) }"),
        target("  tls: { clientKey: { fil: \(canary) } }"),
        "apiVersion: refold/v1\nkind: Target\nname: p\nopensearch: { url: \"https://u:\(canary)@h\" }\n",
        "apiVersion: refold/v1\nkind: Target\nname: p\nopensearch: \"https://u:\(canary)@h\"\n",
        "apiVersion: refold/v1\nkind: Targt\nopensearch: { auth: { bearer: \(canary) } }\n",
        "apiVersion: refold/v1\nkind: Rebuild\nname: n\nnotify: [ { webhook: \"https://h/\(canary)\" } ]\n",
        "apiVersion: refold/v1\nkind: Rebuild\nname: n\nnotify: [ { webhook: { url: \"https://h/\(canary)\" } } ]\n",
    ]

    @Test(arguments: texts)
    func `a secret written down is an error, and no message repeats it`(text: String) throws {
        let problems = try Fixtures.problems(text)
        #expect(problems.contains { $0.severity == .error })
        for problem in problems {
            #expect(!problem.rendered.contains(Self.canary))
            #expect(!"\(ManifestError([problem]))".contains(Self.canary))
        }
    }

    @Test(arguments: [
        "target.opensearch.auth.bearer=\(canary)", "target.opensearch.auth=\(canary)",
        "target.opensearch.auth.bearer.\(canary)",
        "target.opensearch.auth.basic={password: \(canary)}", "target.opensearch.url=https://u:\(canary)@h",
        "target.opensearch.auth.bearer=\"\(canary)", "target.opensearch.auth.bearer[=\(canary)",
        "notify=[{webhook: {url: \(canary)}}]",
    ])
    func `a secret on the command line is not repeated either`(argument: String) throws {
        let problems = Fixtures.loader.validate(path: "rebuild.yaml", overrides: [SetOverride(argument)])
        #expect(problems.contains { $0.severity == .error })
        for problem in problems { #expect(!problem.rendered.contains(Self.canary)) }
    }

    @Test func `a line that may hold a secret is not shown, its neighbours are`() throws {
        let problems = try Fixtures.problems(Self.target("  auth: { bearer: x }\n  bulk: { bites: 1 }"))
        #expect(
            problems.map(\.rendered) == [
                """
                error: a secret must not be written down in a manifest  [manifest.secret]
                 where: m.yaml:6:19
                      | (not shown: the line may hold a secret)
                 fix:   name where it is: { env: NAME } or { file: PATH }
                """,
                """
                error: unknown key `bites`  [manifest.unknown_key]
                 where: m.yaml:7:11
                      |   bulk: { bites: 1 }
                      |           ^^^^^
                 fix:   did you mean `bytes`?
                """,
            ]
        )
    }

    @Test func `a read model may name its fields as it likes`() throws {
        let problems = try Fixtures.problems(
            """
            apiVersion: refold/v1
            kind: ReadModel
            name: r
            version: 1
            events: { format: salesforce-cdc }
            aggregate: { entities: [A], fold: merge }
            document: { fields: { password: { from: P, tipe: string } } }
            index: { alias: r }
            """
        )
        #expect(problems.map(\.excerpt) == ["document: { fields: { password: { from: P, tipe: string } } }"])
    }
}
