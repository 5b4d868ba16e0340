import Foundation
import RefoldBytes
import RefoldCommand
import Testing

@Suite struct ArchiveVerbsTests {
    private static let shared = fixtures.deletingLastPathComponent()

    @Test func `archive list names every segment in order, with the catalog's facts where there is one`()
        async throws
    {
        try await withTemporaryFolder { folder in
            _ = await Console(
                ["archive", "generate", "a", "--events", "300", "--segments=2"],
                in: folder.path
            )
            let list = await Console(["archive", "list", "a"], in: folder.path)
            #expect(list.status == 0)
            let lines = list.output.split(separator: "\n")
            #expect(
                lines.first?.split(separator: " ") == [
                    "SEGMENT", "BYTES", "LINES", "EVENTS", "FIRST", "LAST",
                ]
            )
            #expect(lines.dropFirst().first?.hasPrefix("events-000000.jsonl.zst") == true)
            #expect(list.output.contains("\n2 segments, "))
            #expect(list.output.contains(" bytes, catalog.json\n"))
            let json = try JSONValue(
                parsing: ByteString(
                    await Console(["archive", "list", "a", "-ojson"], in: folder.path).output
                )
            )
            #expect(json["kind"] == "Archive")
            #expect(json["apiVersion"] == "refold/v1")
            #expect(json["segments"]?.asArray?.compactMap { $0["lines"]?.asInt64 } == [150, 150])
        }
    }

    @Test func `archive generate makes the same bytes for the same seed and other bytes for another`()
        async throws
    {
        try await withTemporaryFolder { folder in
            for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
                let made = await Console(
                    ["archive", "generate", name, "--seed", seed, "--events=200"],
                    in: folder.path
                )
                #expect(made.status == 0)
                #expect(made.output.hasSuffix("next: refold init \(name)\n"))
            }
            func catalog(_ name: String) throws -> Data {
                try Data(contentsOf: folder.appending(path: "\(name)/catalog.json"))
            }
            let (one, same, other) = try (catalog("a"), catalog("b"), catalog("c"))
            #expect(one == same)
            #expect(one != other)
        }
    }

    @Test func `archive verify reports whole segments with 0 and every damaged one with 10`() async throws {
        try await withTemporaryFolder { folder in
            _ = await Console(
                ["archive", "generate", "a", "--events", "200", "--segments=3"],
                in: folder.path
            )
            let whole = await Console(["archive", "verify", "a", "--no-progress"], in: folder.path)
            #expect(whole.status == 0)
            #expect(whole.output.hasSuffix("\n3 of 3 segments are whole\n"))
            #expect(whole.remarks.isEmpty)
            for name in ["events-000000.jsonl.zst", "events-000002.jsonl.zst"] {
                let file = folder.appending(path: "a/\(name)")
                var bytes = try Data(contentsOf: file)
                bytes[bytes.count / 2] ^= 0x10
                try bytes.write(to: file)
            }
            let damaged = await Console(["archive", "verify", "a", "-o", "json"], in: folder.path)
            #expect(damaged.status == 10)
            let json = try JSONValue(parsing: ByteString(damaged.output))
            let problems = try #require(json["segments"]?.asArray).map {
                $0["problems"]?.asArray?.count ?? -1
            }
            #expect(problems[0] > 0 && problems[1] == 0 && problems[2] > 0)
            #expect(damaged.remarks.contains("error: "))
            #expect(damaged.remarks.contains("events-000000.jsonl.zst"))
            #expect(damaged.remarks.contains("events-000002.jsonl.zst"))
            let last = try #require(damaged.remarks.split(separator: "\n").last)
            #expect(try JSONValue(parsing: ByteString(String(last)))["exit"] == 10)
        }
    }

    @Test func `an archive that is not there is exit 10`() async {
        for verb in ["list", "verify"] {
            let console = await Console(["archive", verb, "nowhere"], in: "/nowhere")
            #expect(console.status == 10)
            #expect(console.remarks.contains("[archive.missing]"))
            #expect(console.output.isEmpty)
        }
    }

    @Test func `init writes a read model for each entity and a job, and never replaces a file`() async throws
    {
        try await withTemporaryFolder { folder in
            _ = await Console(["archive", "generate", "a", "--events", "600"], in: folder.path)
            let first = await Console(["init", "a"], in: folder.path)
            #expect(first.status == 0)
            #expect(
                first.output == """
                    manifests/account.yaml
                    manifests/contact.yaml
                    manifests/project.yaml
                    manifests/rebuild.yaml
                    next: refold plan manifests/rebuild.yaml

                    """
            )
            let job = try String(
                contentsOf: folder.appending(path: "manifests/rebuild.yaml"),
                encoding: .utf8
            )
            #expect(
                job.contains("archive: \"../a\"\nreadModels: [account.yaml, contact.yaml, project.yaml]\n")
            )
            let again = await Console(["init", "a", "-o", "json"], in: folder.path)
            #expect(again.status == 64)
            #expect(again.remarks.hasPrefix("error: \(folder.path)/manifests/account.yaml is there already"))
        }
    }

    @Test func `init says what to do with an archive of other events`() async throws {
        let archive = Self.shared.appending(path: "file-history/archive").path
        let console = await Console(["init", archive, "--into", "/nowhere/x"])
        #expect(console.status == 64)
        #expect(console.remarks.contains("write a read model with events.format"))
    }

    @Test func `a folder that cannot be written is exit 12`() async throws {
        let archive = Self.shared.appending(path: "cdc-corners/archive").path
        let console = await Console(["init", archive, "--into", "/proc/refold"])
        #expect(console.status == 12)
        #expect(console.remarks.contains("[command.file]"))
    }
}
