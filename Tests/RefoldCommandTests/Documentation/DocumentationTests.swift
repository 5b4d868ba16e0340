import Foundation
import RefoldCommand
import RefoldManifest
import Testing

@Suite struct DocumentationTests {
    /// `REFOLD_REGENERATE=1 swift test --filter DocumentationTests` writes them anew.
    @Test(arguments: Repository.pages)
    func `the generated parts of a page are what the code says`(path: String) throws {
        let page = try Page(path).regenerated
        if ProcessInfo.processInfo.environment["REFOLD_REGENERATE"] != nil {
            try page.write(to: Repository.folder.appending(path: path), atomically: true, encoding: .utf8)
        }
        #expect(try page == Repository.text(path))
    }

    @Test func `every manifest printed in a page is valid beside the project's own manifests`() async throws {
        let examples = try Repository.pages.flatMap { path in
            try Page(path).blocks.filter { $0.language == "yaml" && $0.text.contains("apiVersion:") }
        }
        #expect(examples.count >= 3)
        try await withTemporaryFolder { folder in
            for name in ["clients.yaml", "projects.yaml"] {
                try Repository.text("manifests/\(name)").write(
                    to: folder.appending(path: name),
                    atomically: true,
                    encoding: .utf8
                )
            }
            let loader = ManifestLoader(workingDirectory: folder.path)
            for example in examples {
                try example.text.write(
                    to: folder.appending(path: "example.yaml"),
                    atomically: true,
                    encoding: .utf8
                )
                let problems = loader.validate(path: "example.yaml").map(\.rendered)
                #expect(problems == [], "\(example.text)")
            }
        }
    }

    @Test(arguments: Repository.pages)
    func `every refold command printed in a page is one that the parser takes`(path: String) throws {
        for line in try Page(path).commands {
            let words = Self.words(of: line).dropFirst()
            guard case .verb(let verb, let count) = try VerbTable.find(Array(words)[...]) else {
                Issue.record("`\(line)` names a group of verbs")
                continue
            }
            #expect(throws: Never.self, "\(line)") {
                try ArgumentParser.parse(words.dropFirst(count), of: verb.declaration)
            }
        }
    }

    @Test(arguments: ["service", "cron"])
    func `the nightly job's command is one that the parser takes, and writes only where the job may`(
        kind: String
    ) throws {
        let text = try Repository.text("jobs/refold-nightly.\(kind)")
        let line = try #require(
            text.split(separator: "\n").first { $0.contains("/refold run ") && !$0.hasPrefix("#") }
        )
        let words = line.split(separator: " ").map(String.init).drop { $0 != "run" }
        guard case .verb(let verb, let count) = try VerbTable.find(words) else {
            Issue.record("`\(line)` names a group of verbs")
            return
        }
        let parsed = try ArgumentParser.parse(words.dropFirst(count), of: verb.declaration)
        let folder = try #require(parsed.value(.stateFolder))
        // The job lies under /etc: a database path relative to it could not be written.
        #expect(parsed.values(.set) == ["target.embedded=\(folder)/refold.db"])
        guard kind == "service" else { return }
        #expect(text.contains("\nStateDirectory=\(folder.dropFirst("/var/lib/".count))\n"))
    }

    @Test func `every exit status has its paragraph for the one who is woken`() throws {
        let text = try Repository.text("\(Repository.articles)/FailureModes.md")
        for status in ExitStatus.allCases where status != .interrupted && status != .terminated {
            #expect(text.contains("### \(status.rawValue) \(status.word)\n"))
        }
        #expect(text.contains("### 130 and 143 interrupted\n"))
    }

    @Test(arguments: Repository.pages)
    func `links between pages lead to files`(path: String) throws {
        let text = try Repository.text(path)
        let folder = Repository.folder.appending(path: path).deletingLastPathComponent()
        for link in text.matches(of: /\]\(([^):]+)\)/) {
            #expect(FileManager.default.fileExists(atPath: folder.appending(path: link.1).path), "\(link.1)")
        }
        for link in text.matches(of: /<doc:(\w+)>/) {
            #expect(Repository.pages.contains("\(Repository.articles)/\(link.1).md"), "\(link.1)")
        }
    }

    @Test func `the drawing of the rooms has the arrows of the package, and all point down`() throws {
        let blocks = try Page("\(Repository.articles)/Architecture.md").blocks
        let lines = try #require(blocks.first { $0.language == "rooms" }).text.split(separator: "\n")
        var drawn: [String: Set<String>] = [:]
        var above: [String] = []
        for line in lines {
            let parts = line.split(separator: "→").map { $0.split(separator: " ").map(String.init) }
            let room = try #require(parts.first?.first)
            let arrows = Set(parts.dropFirst().joined())
            above.append(room)
            #expect(arrows.isDisjoint(with: above), "\(room)")
            drawn[room] = arrows
        }
        let package = try Repository.text("Package.swift")
        let declaration =
            /(?:room\(\s*|executableTarget\(name: )"(\w+)",\s*(?:over|dependencies): \[([^\]]*)\]/
        var declared: [String: Set<String>] = [:]
        for room in package.matches(of: declaration) {
            declared[String(room.1)] = Set(room.2.matches(of: /"(\w+)"/).map { String($0.1) })
        }
        #expect(drawn == declared)
        #expect(declared.count == 11)
    }

    /// The words of a command as a shell cuts them, as far as single quotes go; what another program takes is left out.
    private static func words(of line: String) -> [String] {
        var words: [String] = []
        for (place, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
            words += place.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }
        return Array(words.prefix { $0 != "|" })
    }
}
