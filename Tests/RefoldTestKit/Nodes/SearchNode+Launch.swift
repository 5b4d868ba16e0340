import Foundation

extension SearchNode {
    /// What a node tells when it serves.
    struct Ready: Decodable {
        var url: String
        var version: String
        var ca: String?
    }
    /// An engine is there in 2 to 7 s; on a machine with other work it takes longer.
    private static let patience = Duration.seconds(180)

    /// Starts one and returns when it serves.
    static func launch(
        _ kind: NodeKind,
        in folder: URL,
        port: UInt16,
        _ settings: [String]
    ) async throws
        -> (KeptProcess, Ready)
    {
        // This emulator takes no port 0 and does not tell when it serves.
        let isSilent = kind == .noida
        let port = isSilent && port == 0 ? try Socket.freePort() : port
        let (words, environment) = try NodeTools.command(
            kind,
            data: folder.appending(path: "data").path,
            port: port,
            settings: settings
        )
        let errors = folder.appending(path: NodeFolders.errors)
        let process = try KeptProcess(words, environment: environment, errors: errors)
        do {
            let ready = try await withTimeLimit(patience) {
                isSilent
                    ? try await awaited("http://127.0.0.1:\(port)", process)
                    : try await announced(process)
            }
            return (process, ready)
        } catch {
            try process.kill()
            let said = try String(contentsOf: errors, encoding: .utf8).suffix(2_000)
            throw TestKitError("\(kind) does not start: \(error); it said: \(said)")
        }
    }

    private static func announced(_ process: KeptProcess) async throws -> Ready {
        guard let line = await process.nextLine() else { throw TestKitError("it ended") }
        var ready = try JSONDecoder().decode(Announcement.self, from: Data(line.utf8))
        while ready.url.hasSuffix("/") { ready.url.removeLast() }
        if let version = ready.version { return Ready(url: ready.url, version: version, ca: ready.ca) }
        return try Ready(url: ready.url, version: toldVersion(ready.url), ca: nil)
    }

    private static func awaited(_ url: String, _ process: KeptProcess) async throws -> Ready {
        while true {
            if let version = try? toldVersion(url) { return Ready(url: url, version: version, ca: nil) }
            // Nothing to wait for but the port: this server announces nothing.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func toldVersion(_ url: String) throws -> String {
        let answer = try Upstream(url).exchange(Request("GET", "/"))
        return try JSONDecoder().decode(Told.self, from: Data(answer.body)).version.number
    }

    private struct Announcement: Decodable {
        var url: String
        var version: String?
        var ca: String?
    }
    private struct Told: Decodable {
        struct Version: Decodable { var number: String }
        var version: Version
    }

    private static func withTimeLimit<R: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TestKitError("not within \(limit)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

/// The folders of this process's nodes, under one that is removed when the process has ended.
enum NodeFolders {
    static let errors = "errors.log"

    private struct Root {
        var folder: URL
        /// Held open as long as the process lives: its end is the shell's sign.
        var sign: Pipe
        var keeper: Process
    }
    private static let root = Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "refold-nodes-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (sign, keeper) = (Pipe(), Process())
        _ = fcntl(sign.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        keeper.executableURL = URL(filePath: "/bin/sh")
        // Nodes are killed at the same time and may still write: once more after they are gone.
        let script = "read -r _; rm -rf -- \"$1\" || { sleep 2; rm -rf -- \"$1\"; }"
        keeper.arguments = ["-c", script, "sh", folder.path]
        keeper.standardInput = sign
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try KeptProcess.run(keeper)
        try sign.fileHandleForReading.close()
        return KeptFolder(root: Root(folder: folder, sign: sign, keeper: keeper))
    }
    /// Foundation's classes in it are never touched again once it is made.
    private struct KeptFolder: @unchecked Sendable { let root: Root }

    static func fresh(_ kind: NodeKind) throws -> URL {
        let folder = try root.get().root.folder.appending(path: "\(kind)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
