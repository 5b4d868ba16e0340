import RefoldBytes
import RefoldManifest
import RefoldModel
import Testing

@Suite struct OverrideTests {
    @Test func `a key of an archive in its short form is set beside the location`() throws {
        let job = try job("archive=data", "archive.unlisted=read")
        #expect(job.archive.unlisted == .read)
        #expect(job.archive.location == Fixtures.project + "/Tests/data")
    }

    private func job(
        _ arguments: String...,
        target: String? = nil,
        environment: [String: String] = [:]
    ) throws -> JobDefinition {
        let loader = ManifestLoader(workingDirectory: Fixtures.project + "/Tests", environment: environment)
        return try loader.loadJob(
            path: "Fixtures/manifests/rebuild.yaml",
            overrides: arguments.map { SetOverride($0) },
            target: target
        ).value
    }

    @Test func `a value is read as YAML and laid over the manifest, made keys included`() throws {
        let job = try job(
            "rejects.budget=5",
            "replay.shards=3",
            "verify.gaps={ budget: 7 }",
            "cutover.mode=manual",
            "name=other",
            "notify=[]",
            "archive.unlisted=read"
        )
        #expect(job.rejects.budget == 5)
        #expect(job.replay.shards == 3)
        #expect(job.verify.gapBudget == 7)
        #expect(job.cutover.mode == .manual)
        #expect(job.name == "other")
        #expect(job.archive.unlisted == .read)
    }

    @Test func `an element of a list is set by its index, and paths start at the working directory`() throws {
        let job = try job("readModels[0]=Fixtures/manifests/orders.yaml", "archive=data")
        #expect(job.readModels.map(\.name) == ["orders"])
        #expect(job.archive.location == Fixtures.project + "/Tests/data")
    }

    @Test func `a later value goes before an earlier one`() throws {
        #expect(try job("rejects.budget=5", "rejects.budget=6").rejects.budget == 6)
    }

    @Test func `setting a target replaces the whole choice and keeps the rest`() throws {
        let embedded = try job("target.embedded=x.db")
        #expect(embedded.target.place == .embedded(path: Fixtures.project + "/Tests/x.db"))
        #expect(embedded.target.indexSettings == [:])
        let file = try job("target.file=out.ndjson")
        #expect(file.target.place == .file(path: Fixtures.project + "/Tests/out.ndjson"))
        let engine = try job("target.opensearch.url=https://h", "target.opensearch.bulk.bytes=5MB")
        guard case .openSearch(let value) = engine.target.place else {
            Issue.record("a search engine")
            return
        }
        #expect(value["url"] == "https://h")
        #expect(value["bulk"]?["bytes"] == 5_000_000)
        #expect(try job("target.protect=true").target.isProtected)
    }

    @Test
    func `a set target goes before --target, which goes before REFOLD_TARGET, which goes before the job`()
        throws
    {
        let environment = ["REFOLD_TARGET": "Fixtures/manifests/prod.yaml"]
        #expect(try job(environment: environment).target.name == "prod")
        #expect(
            try job(target: "Fixtures/manifests/local.yaml", environment: environment).target.name == "local"
        )
        let set = try job(
            "target.embedded=x.db",
            target: "Fixtures/manifests/local.yaml",
            environment: environment
        )
        #expect(set.target.name == nil)
        #expect(set.target.place == .embedded(path: Fixtures.project + "/Tests/x.db"))
        #expect(try job("target=Fixtures/manifests/local.yaml").target.name == "local")
        #expect(try job(environment: ["REFOLD_TARGET": ""]).target.name == nil)
    }

    @Test(arguments: [
        ("rejcts.budget=5", "command line:1:7", "unknown key `rejcts`", "did you mean `rejects`?"),
        ("rejects.budgt=5", "command line:1:15", "unknown key `budgt`", "did you mean `budget`?"),
        ("rejects.budget=many", "command line:1:22", "expected an integer from 0, found `many`", nil),
        ("readModels[1]=x", "command line:1:17", "the list has 1 elements, no [1]", "the last one is [0]"),
        ("name[0]=x", "command line:1:11", "there is no list to take [0] of", nil),
        (
            "name.x=y", "command line:1:12", "`x` cannot be set here: the manifest has a value in its place",
            nil
        ),
        (
            "readModels.x=y", "command line:1:18",
            "`x` cannot be set here: the manifest has a list in its place", "name an element first: [0]"
        ),
        (
            "asOf=2026-01-01T00:00:00Z", "command line:1:7",
            "`asOf` belongs to kind Restore, this is kind Rebuild", "remove it"
        ),
        ("readModels[0]=gone.yaml", "command line:1:21", "`gone.yaml` does not exist", "correct the path"),
        (
            "rejects", "command line:1:14", "--set takes path=value: `=` and a value are missing",
            "for example --set rejects.budget=5"
        ),
        (
            "=5", "command line:1:7", "--set takes path=value: a path is missing before `=`",
            "for example --set rejects.budget=5"
        ),
        (
            "a..b=5", "command line:1:9", "--set takes path=value: a key is missing",
            "for example --set rejects.budget=5"
        ),
        (
            "a[x]=5", "command line:1:8", "--set takes path=value: expected an index such as [0]",
            "for example --set rejects.budget=5"
        ),
        (
            "a[99999999999999999999]=5", "command line:1:8",
            "--set takes path=value: expected an index such as [0]", "for example --set rejects.budget=5"
        ),
        ("name={a", "command line:1:14", "this is not YAML: did not find expected ',' or '}'", nil),
        (
            "name=&a x", "command line:1:12", "an anchor (`&`) is not taken",
            "write the value out where it is used, or quote the text"
        ),
    ])
    func `a wrong argument is named with its character`(
        argument: String,
        place: String,
        message: String,
        fix: String?
    ) {
        let problems = Fixtures.loader.validate(path: "rebuild.yaml", overrides: [SetOverride(argument)])
        #expect(problems.first?.place == place)
        #expect(problems.first?.message == message)
        #expect(problems.first?.fix == fix)
    }

    @Test func `the option is shown with the caret below the wrong key`() {
        let problems = Fixtures.loader.validate(
            path: "rebuild.yaml",
            overrides: [SetOverride("rejects.budgt=5")]
        )
        #expect(
            problems.map(\.rendered) == [
                """
                error: unknown key `budgt`  [manifest.unknown_key]
                 where: command line:1:15
                      | --set rejects.budgt=5
                      |               ^^^^^
                 fix:   did you mean `budget`?
                """
            ]
        )
    }

    @Test func `a manifest that is no job takes no overrides`() {
        let problems = Fixtures.loader.validate(path: "files.yaml", overrides: [SetOverride("name=x")])
        #expect(problems.map(\.message) == ["--set changes jobs, this is a ReadModel"])
    }
}
