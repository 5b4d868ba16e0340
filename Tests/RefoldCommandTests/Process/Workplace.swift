import Foundation
import RefoldArchive
import RefoldBytes
import RefoldSQLite
import Testing

/// What a command line said, and how it ended.
struct Told {
    let end: ProcessEnd
    let output: String
    let remarks: String

    /// Its exit status; nil: a signal ended it.
    var status: Int32? {
        if case .exited(let status) = end { status } else { nil }
    }

    /// The command after its last `next:` or `undo:`, on either output.
    var follow: String? {
        let lines = (output + remarks).split(separator: "\n").map { $0.drop { $0 == " " } }
        let last = lines.last { $0.hasPrefix("next: ") || $0.hasPrefix("undo: ") }
        return last.map { String($0.dropFirst("next: ".count).drop { $0 == " " }) }
    }

    /// The lines of its output, columns parted by one blank.
    var lines: [String] {
        output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    }

    /// Everything, for the message of a failed expectation.
    var everything: Comment { "\(end)\n\(output)\(remarks)" }
}

/// A folder in which the executable is run: `a` an archive, `m` manifests, `m/x.db` the embedded target.
struct Workplace {
    let folder: URL
    static let job = "m/job.yaml"

    /// The executable, beside the test bundle.
    static let program: URL = {
        let bundle = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        var folder = bundle.deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appending(path: "refold")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
            folder = folder.deletingLastPathComponent()
        }
        return bundle.deletingLastPathComponent().appending(path: "refold")
    }()

    private static let repository = fixtures.appending(path: "../../..").standardizedFileURL

    // MARK: - Making

    /// A folder with a made archive and a job over the read models named, of those that the project ships.
    static func with(
        events: Int,
        segments: Int = 3,
        seed: UInt64 = 7,
        readModels: [String] = ["clients"],
        more: String = "",
        _ body: (Workplace) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let place = Workplace(folder: folder)
            var generator = ArchiveGenerator(seed: seed, size: .events(events), segments: segments)
            generator.frameBytes = 32 << 10
            generator.level = 1
            _ = try generator.write(into: folder.appending(path: "a").path)
            try FileManager.default.createDirectory(
                at: folder.appending(path: "m"),
                withIntermediateDirectories: true
            )
            for name in readModels {
                try FileManager.default.copyItem(
                    at: repository.appending(path: "manifests/\(name).yaml"),
                    to: folder.appending(path: "m/\(name).yaml")
                )
            }
            try place.writeJob(readModels: readModels, more: more)
            try await body(place)
        }
    }

    /// A folder with the job and the archive of the file histories, as they stand among the fixtures.
    static func withFileHistory(_ body: (Workplace) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.copyItem(
                at: Self.repository.appending(path: "Tests/Fixtures/file-history"),
                to: folder.appending(path: "h")
            )
            try await body(Workplace(folder: folder))
        }
    }

    /// Writes the job.
    func writeJob(readModels: [String] = ["clients"], more: String = "") throws {
        let text = """
            apiVersion: refold/v1
            kind: Rebuild
            name: nightly
            archive: ../a
            readModels: [\(readModels.map { "\($0).yaml" }.joined(separator: ", "))]
            target: { embedded: x.db }
            \(more)
            """
        try write(text + "\n", to: Self.job)
    }

    /// Writes a text file.
    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: path))
    }

    /// Replaces a text in a file that has it.
    func replace(_ old: String, with new: String, in path: String) throws {
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        try #require(text.contains(old), "\(path) has no \(old)")
        try write(text.replacing(old, with: new), to: path)
    }

    /// Takes the catalog away: the folder is the list then.
    func forgetCatalog() throws { try remove("a/catalog.json") }

    /// Removes a file.
    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: folder.appending(path: path))
    }

    /// Whether a file is there.
    func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: path).path)
    }

    // MARK: - Running

    /// Starts a command line.
    func start(
        _ words: [String],
        failpoint: String? = nil,
        environment: [String: String] = [:]
    ) throws -> ChildProcess {
        try ChildProcess(Self.program, words, environment: settings(failpoint, environment), in: folder)
    }

    /// Runs a command line to its end.
    func refold(
        _ words: [String],
        failpoint: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> Told {
        try await Self.told(start(words, failpoint: failpoint, environment: environment))
    }

    /// Runs the job to its end.
    func run(_ more: [String] = [], failpoint: String? = nil) async throws -> Told {
        try await refold(["run", Self.job] + more, failpoint: failpoint)
    }

    /// Runs a line as a shell takes it: what a person would type after `next:`.
    func type(_ line: String) async throws -> Told {
        let shell = URL(filePath: "/bin/sh")
        return try await Self.told(
            ChildProcess(shell, ["-c", line], environment: settings(nil, [:]), in: folder)
        )
    }

    /// Waits for a process and takes what it said.
    static func told(_ process: ChildProcess, within limit: Duration = .seconds(120)) async throws -> Told {
        let end = try await process.ended(within: limit)
        return Told(end: end, output: process.output, remarks: process.remarks)
    }

    private func settings(_ failpoint: String?, _ more: [String: String]) -> [String: String] {
        var settings = more
        settings["PATH"] = "\(Self.program.deletingLastPathComponent().path):/usr/bin:/bin"
        settings["HOME"] = folder.path
        if let failpoint { settings["REFOLD_FAILPOINT"] = failpoint }
        return settings
    }

    // MARK: - Looking

    /// A second connection to the embedded target.
    func connection(_ path: String = "m/x.db", _ mode: Connection.Mode = .readWrite) throws -> Connection {
        try Connection(path: folder.appending(path: path).path, mode: mode)
    }

    /// `SELECT _id, _version, _source` of an alias, a line each.
    func documents(_ alias: String = "clients", in path: String = "m/x.db") throws -> [String] {
        let rows = try texts(
            "SELECT _id || ' ' || _version || ' ' || _source FROM \"\(alias)\" ORDER BY _id",
            in: path
        )
        #expect(!rows.isEmpty, "\(alias) has no documents")
        return rows
    }

    /// The names of the indices in the target.
    func indices() throws -> [String] {
        try texts("SELECT name FROM _refold_indices ORDER BY name")
    }

    /// The index over which an alias's view stands; nil: there is no view.
    func serving(_ alias: String = "clients") throws -> String? {
        let views = try texts("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = '\(alias)'")
        return try views.first.map { view in
            try #require(view.split(separator: "\"").last.map(String.init))
        }
    }

    /// The first column of a query's rows.
    func texts(_ sql: String, in path: String = "m/x.db") throws -> [String] {
        let connection = try connection(path)
        let rows = try connection.withStatement(sql) { (statement) throws(SQLiteError) in
            var rows: [String] = []
            while try statement.step() { rows.append(statement.string(0) ?? "") }
            return rows
        }
        try connection.close()
        return rows
    }

    /// Files under the state folder that a finished run has no use for.
    func leftovers(_ stateFolder: String = "m/.refold") throws -> [String] {
        let path = folder.appending(path: stateFolder).path
        return try FileManager.default.subpathsOfDirectory(atPath: path).filter {
            $0 != "ledger.db" && $0 != "work" && !$0.hasPrefix("locks")
        }
    }

    /// The JSON that a command answers.
    func json(_ words: [String]) async throws -> JSONValue {
        let told = try await refold(words + ["--output=json"])
        #expect(told.status == 0, told.everything)
        return try JSONValue(parsing: ByteString(told.output))
    }
}
