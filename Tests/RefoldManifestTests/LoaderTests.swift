import Foundation
import RefoldBytes
import RefoldManifest
import RefoldModel
import Testing

@Suite struct LoaderTests {
    @Test func `what no run takes yet is told with its place where validate asks, and nowhere else`() throws {
        func told(_ name: String) -> [String] {
            Fixtures.loader.validate(path: name, tellingNotBuilt: true).filter { $0.severity == .warning }
                .map { "\($0.line): \($0.message)" }
        }
        #expect(told("restore.yaml").contains("2: `kind: Restore` is not built yet"))
        #expect(told("nightly.yaml").contains { $0.hasSuffix(": `notify` is not built yet") })
        #expect(told("clients.yaml").contains { $0.hasSuffix(": `lookup` is not built yet") })
        #expect(told("prod.yaml").contains { $0.hasSuffix(": `auth.sigv4` is not built yet") })
        #expect(told("files.yaml") == [])
    }

    @Test func `a read model is decoded in every part`() throws {
        let model = try Fixtures.loader.loadReadModel(path: "clients.yaml").value
        #expect(model.name == "clients")
        #expect(model.version == 3)
        #expect(model.events == .salesforceCDC)
        #expect(
            model.aggregate == AggregateDefinition(entities: ["Account"], fold: .merge, maxBytes: 64 << 20)
        )
        #expect(model.upcast.count == 3)
        #expect(model.upcast.last == .swift(name: "SplitName"))
        var condition = UpcastCondition()
        condition.type = ["CREATE", "UPDATE"]
        condition.before = 1_704_067_200_000
        condition.after = 1_577_829_600_000
        #expect(
            model.upcast.dropFirst().first
                == .declared(
                    when: condition,
                    steps: [
                        .drop("Legacy__c"), .set(field: "Source__c", value: "archive"),
                        .map(
                            field: "Priority__c",
                            values: [(from: "1", to: "high"), (from: "2", to: "low")]
                        ),
                    ]
                )
        )
        #expect(model.document.where == [Condition(source: .path(FieldPath("Type")), tests: [.not("Test")])])
        guard case .listed(let fields) = model.document.fields else {
            Issue.record("fields are listed")
            return
        }
        #expect(
            fields.map(\.name.dotted) == [
                "name", "industry", "annualRevenue", "businessTypes", "createdAt", "billing.city",
                "isDeleted",
                "ownerName", "ownerCity", "openProjects", "openBudget",
            ]
        )
        #expect(
            fields[1]
                == FieldDefinition(
                    name: FieldPath("industry"),
                    source: .from(.path(FieldPath("Industry"))),
                    map: [.init(from: "Tech", to: "technology")],
                    defaultValue: "unknown"
                )
        )
        guard case .first(let alternatives) = fields[0].source else {
            Issue.record("the first of two")
            return
        }
        #expect(
            alternatives.last?.source
                == .template([
                    .source(.path(FieldPath("Name.FirstName"))), .text(" "),
                    .source(.path(FieldPath("Name.LastName"))),
                ])
        )
        #expect(
            fields[9].source
                == .collect(
                    CollectDefinition(
                        entity: "Project__c",
                        by: FieldPath("Account__c"),
                        where: [Condition(source: .path(FieldPath("Status__c")), tests: [.equals("Active")])],
                        orderBy: FieldPath("Name"),
                        limit: 100,
                        result: .take([
                            .init(name: "id", source: .builtIn(.id)),
                            .init(name: "name", source: .path(FieldPath("Name"))),
                        ])
                    )
                )
        )
        #expect(model.index.aliases == ["clients"])
        #expect(model.index.forceMerge == 1)
        #expect(model.index.mappings["dynamic"] == "strict")
    }

    @Test func `the source of a read model is its content, keys and numbers as written`() throws {
        let source = try Fixtures.loader.loadReadModel(path: "projects.yaml").value.source
        #expect(
            source.asObject?.members.map(\.name) == [
                "apiVersion", "kind", "name", "version", "events", "aggregate", "document", "index",
            ]
        )
        #expect(source["document"]?["where"]?["Budget__c"]?["lt"] == .number("1000000.5"))
        #expect(source["document"]?["fields"]?["status"]?["map"]?["Active"] == "on")
        let reordered = try Fixtures.text("files.yaml").replacing("version: 1\n", with: "").appending(
            "version: 1 # moved\n"
        )
        let moved = try Fixtures.withFolder(["m.yaml": reordered]) {
            try $0.loadReadModel(path: "m.yaml").value.source
        }
        #expect(moved == (try Fixtures.loader.loadReadModel(path: "files.yaml").value.source))
    }

    @Test func `verbs of an ordered fold keep the order in which they are written`() throws {
        let model = try Fixtures.loader.loadReadModel(path: "orders.yaml").value
        guard case .ordered(let rules) = model.aggregate.fold,
            case .apply(let steps)? = rules.byType["Placed"]
        else {
            Issue.record("an ordered fold")
            return
        }
        #expect(steps.map(\.verb) == [.setOnce, .set, .append, .min, .max])
        #expect(
            steps.first == OrderedStep(verb: .setOnce, field: FieldPath("placedAt"), operand: .builtIn(.time))
        )
        #expect(rules.byType["Cancelled"] == .delete)
        #expect(rules.otherwise == .ignore)
        #expect(model.events == .cloudEvents(entity: .path(FieldPath("source"))))
    }

    @Test func `a job is decoded with its files, paths seen from the manifest`() throws {
        let loader = ManifestLoader(workingDirectory: Fixtures.project + "/Tests")
        let job = try loader.loadJob(path: "Fixtures/manifests/nightly.yaml").value
        #expect(job.kind == .rebuild)
        #expect(job.archive == ArchiveReference(location: Fixtures.project + "/Tests/Fixtures/archive"))
        #expect(job.readModels.map(\.name) == ["clients", "projects"])
        #expect(job.target.name == "prod")
        #expect(job.target.isProtected)
        #expect(job.target.indexSettings == ["number_of_replicas": 2])
        #expect(job.replay.shards == nil)
        #expect(job.replay.memoryBytes == 4 << 30)
        #expect(job.replay.keepsSnapshot)
        #expect(job.rejects.acceptedFile == Fixtures.folder + "/accepted-rejects.ndjson")
        #expect(job.catchUp.until == .drained)
        #expect(job.verify.gapBudget == 500)
        #expect(job.verify.markBudget == 0)
        #expect(job.verify.canaries.map(\.minimumHits) == [1])
        #expect(job.beforeCutoverHook == Fixtures.folder + "/check.sh")
        #expect(job.notify.count == 3)
        #expect(
            job.notBuilt == [
                "auth.sigv4", "tls.clientCertificate", "lookup", "collect", "catchUp", "notify",
            ]
        )
    }

    @Test func `an opensearch target keeps secrets as references and has its paths made absolute`() throws {
        guard case .openSearch(let engine) = try Fixtures.loader.loadTarget(path: "prod.yaml").value.place
        else {
            Issue.record("a search engine")
            return
        }
        #expect(engine["tls"]?["clientKey"]?["file"]?.asString == Fixtures.folder + "/client.key")
        #expect(engine["tls"]?["ca"]?.asString == Fixtures.folder + "/ca.pem")
        #expect(engine["bulk"] == ["bytes": 10_000_000, "concurrency": "auto", "compress": "auto"])
        guard case .openSearch(let local) = try Fixtures.loader.loadTarget(path: "basic.yaml").value.place
        else {
            Issue.record("a search engine")
            return
        }
        #expect(local["auth"]?["basic"]?["password"] == ["env": "SEARCH_PASSWORD"])
        #expect(local["bulk"] == ["bytes": .integer(5 << 20), "concurrency": 4, "compress": false])
    }

    @Test func `what a job leaves out has the documented default`() throws {
        let job = try Fixtures.loader.loadJob(path: "rebuild.yaml").value
        #expect(job.archive == ArchiveReference(location: Fixtures.folder + "/archive", unlisted: .ignore))
        #expect(job.replay == Replay())
        #expect(job.rejects == Rejects())
        #expect(job.catchUp == CatchUp())
        #expect(job.verify == Verify())
        #expect(job.cutover == Cutover())
        #expect(!job.carryForward)
        #expect(job.notBuilt == [])
        #expect(job.target.place == .embedded(path: Fixtures.folder + "/file-history.db"))
    }

    @Test func `backfill, migration and restore decode, and are named as not built`() throws {
        let backfill = try Fixtures.loader.loadJob(path: "backfill.yaml").value
        #expect(backfill.select?.entities == ["Account"])
        #expect(backfill.select?.ids.count == 2)
        #expect(backfill.select?.idsFile == Fixtures.folder + "/ids.txt")
        #expect(backfill.select?.since == 1_772_323_200_000)
        #expect(backfill.select?.until == 1_772_406_000_000)
        #expect(backfill.archive.objectStore?.usesPathStyle == true)
        #expect(backfill.notBuilt.prefix(2) == ["kind: Backfill", "archive: s3://"])
        let migration = try Fixtures.loader.loadJob(path: "migration.yaml").value
        #expect(migration.readModels.map(\.name) == ["clients"])
        #expect(migration.migration?.from?.name == "clients")
        #expect(migration.migration?.strategy == .inPlace)
        #expect(migration.notBuilt.first == "kind: Migration")
        let restore = try Fixtures.loader.loadJob(path: "restore.yaml").value
        #expect(restore.asOf == 1_772_388_000_000)
        #expect(restore.prefix == "drill-")
        #expect(restore.target.place == .file(path: Fixtures.folder + "/drill.ndjson.zst"))
        #expect(restore.notBuilt == ["kind: Restore", "lookup", "collect", "cutover.preview"])
    }

    @Test func `a manifest of any kind loads, and of the wrong kind is refused where it says so`() throws {
        guard case .target = try Fixtures.loader.load(path: "prod.yaml").value,
            case .readModel = try Fixtures.loader.load(path: "files.yaml").value,
            case .job = try Fixtures.loader.load(path: "rebuild.yaml").value
        else {
            Issue.record("each by its kind")
            return
        }
        let error = #expect(throws: ManifestError.self) { try Fixtures.loader.loadJob(path: "files.yaml") }
        #expect(error?.problems.map(\.place) == ["files.yaml:2:7"])
        #expect(error?.message == "expected a job, this is a ReadModel")
        let target = #expect(throws: ManifestError.self) {
            try Fixtures.loader.loadJob(path: "rebuild.yaml", target: "files.yaml")
        }
        #expect(target?.problems.map(\.place) == ["files.yaml:2:7"])
        #expect(target?.message == "expected a Target, this is a ReadModel")
        #expect(target?.cause == "it is named at command line:1:10")
    }

    @Test func `a problem in a named file is placed in that file, seen from where the user stands`() throws {
        let error = #expect(throws: ManifestError.self) {
            try Fixtures.withFolder([
                "job.yaml": """
                apiVersion: refold/v1
                kind: Rebuild
                name: j
                archive: a
                readModels: [sub/../model.yaml, "other.yaml"]
                target: { embedded: x.db }
                """,
                "model.yaml": "kind: ReadModel\nnam: x\n",
            ]) { loader in
                let folder = loader.workingDirectory
                var above = loader
                above.workingDirectory = (folder as NSString).deletingLastPathComponent
                return try above.loadJob(path: (folder as NSString).lastPathComponent + "/job.yaml")
            }
        }
        let places = error?.errors.map(\.place) ?? []
        #expect(
            places.contains { $0.hasSuffix("/model.yaml:2:1") && !$0.hasPrefix("/") && !$0.contains("sub") }
        )
        #expect(places.contains { $0.hasSuffix("/job.yaml:5:33") })
    }

    @Test func `a keep below 2 is a warning, and the job is usable`() throws {
        let loaded = try Fixtures.loader.loadJob(
            path: "rebuild.yaml",
            overrides: [SetOverride("cutover.keep=1")]
        )
        #expect(loaded.value.cutover.keep == 1)
        #expect(loaded.warnings.map(\.message) == ["`keep: 1` leaves no index to roll back to"])
    }
}
