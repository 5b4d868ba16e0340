import Foundation
import RefoldCommand
import Testing

/// Where the room's fixtures lie.
let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/command")

@Suite struct PagesTests {
    static let verbs = VerbTable.verbs.map { $0.declaration }

    /// A page that changed on purpose is pinned again by `refold help VERB > Tests/Fixtures/command/help/VERB.txt`.
    @Test(arguments: [""] + VerbTable.groups + verbs.map(\.name))
    func `a help page is the pinned one`(name: String) async throws {
        let words = name.split(separator: " ").map(String.init)
        let file = fixtures.appending(
            path: "help/\(name.isEmpty ? "refold" : words.joined(separator: "-")).txt"
        )
        let pinned = try String(contentsOf: file, encoding: .utf8)
        let asked = await Console(["help"] + words)
        #expect(asked.output == pinned)
        #expect(asked.status == 0)
        #expect(asked.remarks.isEmpty)
        let option = await Console(words + ["--help"])
        #expect(option.output == pinned)
        #expect(option.status == 0)
    }

    @Test(arguments: verbs)
    func `a verb's page names its options, its ends and an example that parses`(verb: VerbDeclaration) throws
    {
        let page = HelpPage.ofVerb(verb)
        for option in verb.options { #expect(page.contains(option.heading)) }
        for status in verb.statuses { #expect(page.contains(" \(status.rawValue)  \(status.word)")) }
        for line in page.split(separator: "\n") { #expect(line.count <= 96, "\(line)") }
        #expect(!verb.examples.isEmpty)
        for example in verb.examples where !example.line.contains("<(") {
            var words: [String] = []
            for (place, part) in example.line.split(separator: "'", omittingEmptySubsequences: false)
                .enumerated()
            {
                words +=
                    place.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
            }
            words = Array(words.prefix { !["|", ">"].contains($0) })
            let count = verb.name.split(separator: " ").count
            #expect(words.prefix(1 + count).joined(separator: " ") == "refold \(verb.name)")
            #expect(throws: Never.self) { try ArgumentParser.parse(words.dropFirst(1 + count), of: verb) }
        }
    }

    @Test func `option names and letters of a verb are unique, and every verb's word is too`() {
        for verb in Self.verbs {
            #expect(Set(verb.options.map(\.long)).count == verb.options.count, "\(verb.name)")
            let letters = verb.options.compactMap(\.short)
            #expect(Set(letters).count == letters.count, "\(verb.name)")
            #expect(verb.summary.first?.isLowercase == true && verb.summary.last != ".", "\(verb.name)")
        }
        #expect(Set(Self.verbs.map(\.name)).count == Self.verbs.count)
        #expect(VerbTable.notBuilt.isDisjoint(with: Self.verbs.map(\.name)))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions hold every verb and every option`(shell: String) async {
        let script = await Console(["completions", shell]).output
        for verb in Self.verbs {
            #expect(script.contains(verb.name), "\(verb.name)")
            for option in verb.options {
                #expect(
                    script.contains(shell == "fish" ? "-l \(option.long) " : option.typed),
                    "\(option.long)"
                )
            }
        }
        #expect(!script.contains("`refold run"), "a back-tick would be run by the shell")
    }

    @Test func `bash reads its completion script and completes verbs, options and choices`() async throws {
        try await withTemporaryFolder { folder in
            let script = folder.appending(path: "refold.bash")
            try BashCompletion.script().write(to: script, atomically: true, encoding: .utf8)
            func complete(_ words: [String]) throws -> [String] {
                let list = words.map { "'\($0)'" }.joined(separator: " ")
                let program = """
                    source '\(script.path)'
                    COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)
                    _refold
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """
                return try shell(program).split(separator: "\n").map(String.init)
            }
            #expect(try complete(["refold", "ro"]) == ["rollback"])
            #expect(try complete(["refold", "rejects", "a"]) == ["accept"])
            #expect(try complete(["refold", "run", "--fr"]) == ["--fresh"])
            #expect(try complete(["refold", "run", "-o", "j"]) == ["json"])
            #expect(try complete(["refold", "rejects", "accept", "--not"]) == ["--note"])
            #expect(try complete(["refold", "schema", "Re"]) == ["ReadModel", "Rebuild", "Restore"])
        }
    }

    @Test func `the manual page names every verb, option and exit status`() async {
        let page = await Console(["man"]).output
        #expect(page.hasPrefix(".TH REFOLD 1 "))
        for verb in Self.verbs {
            #expect(page.contains(".SS \(verb.name)\n"))
            for option in verb.options where option != .help {
                #expect(page.contains("\\-\\-\(option.long.split(separator: "-").joined(separator: "\\-"))"))
            }
        }
        for status in ExitStatus.allCases {
            #expect(page.contains(".B \(status.rawValue)\n\(status.word): "))
        }
        for line in page.split(separator: "\n") where !line.hasPrefix(".") && !line.hasPrefix("\\f") {
            #expect(line.count <= 100, "\(line)")
        }
    }

    @Test func `the Markdown reference holds the exit statuses as a table`() async {
        let text = await Console(["man", "--markdown"]).output
        #expect(text.contains("| 11 | locked | another run holds the lock | retry |\n"))
        for verb in Self.verbs { #expect(text.contains("### `\(verb.usage)`")) }
    }
}

/// Runs a body with a folder of its own, removed afterwards.
func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
    // In memory where there is such a place: a run waits for the disk at each of its rows.
    let memory = "/dev/shm"
    let isUsable = FileManager.default.isWritableFile(atPath: memory)
    let parent = isUsable ? URL(filePath: memory) : FileManager.default.temporaryDirectory
    let folder = parent.appending(path: "refold-command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    do { try await body(folder) } catch {
        try FileManager.default.removeItem(at: folder)
        throw error
    }
    try FileManager.default.removeItem(at: folder)
}

/// What a bash program prints.
func shell(_ program: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", program]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
}
