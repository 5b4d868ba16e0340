import Foundation
import RefoldCommand
import RefoldManifest

/// The checkout that the tests were built from.
enum Repository {
    /// Its folder.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The articles' folder, in the checkout.
    static let articles = "Sources/RefoldCommand/Documentation.docc"

    /// Every page for people.
    static let pages =
        ["README.md"]
        + [
            "Architecture", "CommandLine", "DataPath", "FailureModes", "Glossary", "Manifests",
            "RefoldCommand",
        ]
        .map { "\(articles)/\($0).md" }

    /// The parts of pages that the code writes, by the names of their marks.
    static let generated = [
        "exit statuses": MarkdownReference.exitStatuses(),
        "command line": MarkdownReference.text(),
        "manifests": ManifestReference.markdown(),
    ]

    /// A file's text.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }
}

/// A page in Markdown.
struct Page {
    /// What stands between the fences of one block.
    struct Block {
        var language: String
        var text: String
    }
    private static let begin = "<!-- generated: "
    private static let end = "<!-- end of generated text -->"
    let lines: [Substring]

    init(_ path: String) throws {
        lines = try Repository.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// What people wrote of it.
    var written: [Substring] { made { _ in [] } }

    /// The fenced blocks that people wrote.
    var blocks: [Block] {
        var blocks: [Block] = []
        var open: Block?
        for line in written {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? Block(language: String(line.dropFirst(3)), text: "") : nil
            } else {
                open?.text += line + "\n"
            }
        }
        return blocks
    }

    /// The command lines that people wrote: in blocks for a shell, and between back-ticks.
    var commands: [String] {
        let shell = blocks.filter { $0.language == "sh" }.flatMap { $0.text.split(separator: "\n") }
        let inline = written.flatMap { line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        }
        return (shell + inline).filter { $0.hasPrefix("refold ") }.map(String.init)
    }

    /// The page with its generated parts written anew.
    var regenerated: String {
        made { name in
            (Repository.generated[name] ?? "there is no generated part of this name\n")
                .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        }
        .joined(separator: "\n")
    }

    /// The lines, with other ones in its generated parts.
    private func made(_ generate: (String) -> [Substring]) -> [Substring] {
        var made: [Substring] = []
        var isInside = false
        for line in lines {
            if line == Self.end { isInside = false }
            if !isInside { made.append(line) }
            guard line.hasPrefix(Self.begin) else { continue }
            isInside = true
            made += generate(String(line.dropFirst(Self.begin.count).prefix { $0 != "-" }.dropLast()))
        }
        return made
    }
}
