import RefoldBytes
import RefoldModel
import Testing

@testable import RefoldManifest

@Suite struct SchemaTests {
    /// The kind of an example and its content as JSON.
    private static func example(_ name: String) throws -> (ManifestKind, JSONValue) {
        let tree = try root(of: Fixtures.text(name))
        let root = try #require(tree)
        let kind = try #require(root["kind"]?.text.flatMap { ManifestKind(rawValue: $0) })
        return (kind, root.json)
    }

    private static func root(of text: String) -> YAMLNode? {
        var reading = Reading()
        return reading.parse(ManifestSource(name: "m.yaml", directory: "/m", bytes: Array(text.utf8)))
    }

    /// The errors of shape that the decoder finds, without what needs more than one value to judge.
    private static func shapeErrors(_ kind: ManifestKind, _ value: JSONValue) throws -> [ManifestProblem] {
        var reading = Reading()
        // JSON is YAML.
        let source = ManifestSource(name: "m.json", directory: "/m", bytes: value.canonical.bytes)
        let tree = reading.parse(source)
        let node = try #require(tree)
        switch kind {
        case .readModel: _ = ReadModelShapes.readModel.read(node, &reading)
        case .target: _ = TargetShapes.file.read(node, &reading)
        case .rebuild, .backfill, .migration, .restore: _ = JobShapes.job.read(node, &reading)
        }
        return reading.problems.filter { problem in
            guard problem.severity == .error else { return false }
            switch problem.code {
            case .unknownKey, .foreignKey, .missingKey, .type, .value, .secret: return true
            case .combination:
                return problem.message.contains("exactly one") || problem.message.contains("only one")
            default: return false
            }
        }
    }

    @Test(arguments: Fixtures.names)
    func `the schema of its kind accepts every example`(name: String) throws {
        let (kind, value) = try Self.example(name)
        let schema = ManifestSchema.jsonSchema(kind)
        #expect(SchemaValidator(schema).accepts(value))
        #expect(try Self.shapeErrors(kind, value) == [])
        for other in ManifestKind.allCases where other != kind {
            #expect(!SchemaValidator(ManifestSchema.jsonSchema(other)).accepts(value), "\(other)")
        }
    }

    @Test(arguments: Fixtures.names)
    func `schema and decoder agree on every example with one value changed, added or taken away`(
        name: String
    ) throws {
        let (kind, value) = try Self.example(name)
        let validator = SchemaValidator(ManifestSchema.jsonSchema(kind))
        let mutants = Mutants.of(value)
        // A prime step reaches every place and every kind of change; all of them when more rounds are asked.
        let step = Fixtures.rounds > 300 ? 1 : 23
        for mutant in stride(from: 0, to: mutants.count, by: step).map({ mutants[$0] }) {
            let errors = try Self.shapeErrors(kind, mutant.value)
            #expect(
                validator.accepts(mutant.value) == errors.isEmpty,
                "\(mutant.what): \(errors.map(\.message))"
            )
        }
        #expect(mutants.count > 80)
    }

    @Test(arguments: ManifestKind.allCases)
    func `a schema is draft-07, knows its references, and describes every key`(kind: ManifestKind) throws {
        let schema = ManifestSchema.jsonSchema(kind)
        #expect(schema["$schema"] == "http://json-schema.org/draft-07/schema#")
        // A Target is one of three forms.
        for form in schema["oneOf"]?.asArray ?? [schema] {
            #expect(form["additionalProperties"] == false)
            #expect(
                form["properties"]?["kind"]?["enum"] == [.text(kind.rawValue)]
                    || form["properties"]?["kind"]?["const"] == .text(kind.rawValue)
            )
        }
        var pending = [schema]
        while let value = pending.popLast() {
            if let reference = value["$ref"]?.asString {
                let name = ByteString(String(reference.dropFirst("#/definitions/".count)))
                #expect(schema["definitions"]?[name]?.asObject != nil)
            }
            for property in value["properties"]?.asObject?.members ?? [] where property.name != "properties" {
                #expect(property.value["description"]?.asString?.hasSuffix(".") == true, "\(property.name)")
            }
            pending += value.asObject?.members.map(\.value) ?? value.asArray ?? []
        }
        // The text is JSON that reads back.
        #expect(try JSONValue(parsing: schema.canonical) == schema)
    }
}

@Suite struct ReferenceTests {
    @Test func `the reference names every key of the interface with its default`() {
        let lines = ManifestReference.markdown().split(separator: "\n").map(String.init)
        for row in [
            "| `replay.shards` | `auto` or an integer 1…1024 | the number of cores | all jobs | no |",
            "| `replay.memory` | a size | half of the machine's or the cgroup's | all jobs | no |",
            "| `replay.snapshot` | `none`, `keep` | `none` | all jobs | no |",
            "| `replay.checkpointEvery` | a duration | `30s` | all jobs | no |",
            "| `rejects.budget` | an integer from 0 | `0` | all jobs | no |",
            "| `rejects.abortAt` | an integer from 1 | `10000` | all jobs | no |",
            "| `catchUp.until` | `none`, `drained` or a mapping | `none` | all jobs | no |",
            "| `carryForward` | true or false | `false` | all jobs | no |",
            "| `verify.digest` | `full`, `sampled`, `none` | `full` | all jobs | no |",
            "| `verify.minimumShareOfPrevious` | a number from 0.0 to 1.0 | `0.9` | all jobs | no |",
            "| `verify.behind` | `refuse`, `allow` | `refuse` | all jobs | no |",
            "| `cutover.mode` | `auto`, `manual` | `auto` | all jobs | no |",
            "| `cutover.keep` | an integer 1…1000 | `2` | all jobs | no |",
            "| `cutover.together` | true or false | `true` | all jobs | no |",
            "| `cutover.adopt` | `refuse`, `replace` | `refuse` | all jobs | no |",
            "| `opensearch.bulk.bytes` | a size | `10MB` | Target | no |",
            "| `protect` | true or false | `false` | Target | no |",
            "| `asOf` | a time with Z or an offset | — | Restore | yes |",
            "| `archive` | a path or a mapping | required | all jobs | yes |",
            "| `aggregate.maxBytes` | a size | `64MiB` | ReadModel | yes |",
            "| `document.fields.*.onError` | `reject`, `null` | `reject` | ReadModel | yes |",
        ] {
            #expect(lines.contains { $0.hasPrefix(row) }, "\(row)")
        }
        #expect(
            lines.allSatisfy { $0.isEmpty || $0.hasPrefix("#") || $0.hasPrefix("|") && $0.hasSuffix("|") }
        )
    }
}
