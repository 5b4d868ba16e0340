import Foundation
import RefoldBytes
import Testing

/// A folder with a small made archive `a` and the manifests that `init` writes for it in `m`.
struct MadeJob {
    let folder: URL

    /// Makes it, with more keys for the job and only some of its read models; removed when the body ends.
    static func with(
        more: String = "",
        readModels: String = "account.yaml",
        events: Int = 120,
        _ body: (MadeJob) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let job = MadeJob(folder: folder)
            let made = await job.run("archive", "generate", "a", "--events=\(events)", "--segments=1")
            #expect(made.status == 0, "\(made.remarks)")
            let scaffold = await job.run("init", "a", "--into", "m")
            #expect(scaffold.status == 0, "\(scaffold.remarks)")
            try job.edit("m/rebuild.yaml") {
                (more.contains("rejects:") ? $0.replacing(scaffoldedRejects, with: "") : $0).replacing(
                    "[account.yaml, contact.yaml, project.yaml]",
                    with: "[\(readModels)]"
                ) + more
            }
            try await body(job)
        }
    }

    /// What `init` says of rejects; a job has the key once.
    static var scaffoldedRejects: Regex<Substring> { /rejects:\n  accepted: .*\n/ }

    /// A command typed in the folder.
    func run(_ words: String...) async -> Console { await Console(words, in: folder.path) }

    /// The job run, with settings.
    func rebuild(_ settings: String..., more: [String] = []) async -> Console {
        let set = settings.flatMap { ["--set", $0] }
        return await Console(["run", "m/rebuild.yaml"] + set + more, in: folder.path)
    }

    /// The command that an end told to type next.
    func follow(_ console: Console) async throws -> Console {
        let lines = (console.output + console.remarks).split(separator: "\n")
        let line = try #require(lines.last { $0.contains("next: ") || $0.contains("undo: ") })
        let words = line.split(separator: " ").map(String.init).drop { $0 != "refold" }.dropFirst()
        #expect(!words.isEmpty, "\(line)")
        return await Console(Array(words), in: folder.path)
    }

    /// Changes a file's text.
    func edit(_ path: String, _ change: (String) -> String) throws {
        let file = folder.appending(path: path)
        let text = try String(contentsOf: file, encoding: .utf8)
        try change(text).write(to: file, atomically: true, encoding: .utf8)
    }

    /// Writes a file.
    func write(_ text: String, to path: String) throws {
        try text.write(to: folder.appending(path: path), atomically: true, encoding: .utf8)
    }

    /// The index behind each alias, as `status` tells.
    func serving() async throws -> [String: String] {
        let status = await run("status", "m/rebuild.yaml", "-ojson")
        let aliases = try status.json["aliases"]?.asArray ?? []
        return Dictionary(
            aliases.map { ($0["alias"]?.asString ?? "", $0["index"]?.asString ?? "") },
            uniquingKeysWith: { $1 }
        )
    }

    /// What lies in the state folder's work folder.
    func workFiles() throws -> [String] {
        let work = folder.appending(path: "m/.refold/work").path
        guard FileManager.default.fileExists(atPath: work) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: work)
    }
}

extension Console {
    /// The object on standard output.
    var json: JSONValue { get throws { try JSONValue(parsing: ByteString(output)) } }

    /// The objects on standard output, one a line.
    var rows: [JSONValue] {
        get throws {
            try output.split(separator: "\n").map { try JSONValue(parsing: ByteString(String($0))) }
        }
    }
}
