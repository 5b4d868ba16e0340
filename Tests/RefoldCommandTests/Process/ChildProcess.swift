import Foundation
import Synchronization
import Testing

/// How a process ended.
enum ProcessEnd: Hashable {
    /// It ended by itself, with this status.
    case exited(Int32)
    /// A signal ended it.
    case killed(Int32)
}

/// A process that a test started, its two outputs kept in files of a folder of its own.
///
/// The test that starts it waits for it: ``ended(within:)`` kills what lives too long.
final class ChildProcess: Sendable {
    /// Its id.
    let id: pid_t
    private let outputFile: URL
    private let remarksFile: URL
    private let end = Mutex<ProcessEnd?>(nil)

    /// Starts a program with the environment given and no other, signals as a shell in front would leave them.
    init(
        _ program: URL,
        _ arguments: [String],
        environment: [String: String],
        in folder: URL
    ) throws {
        let outputs = folder.appending(path: ".outputs")
        try FileManager.default.createDirectory(at: outputs, withIntermediateDirectories: true)
        let name = UUID().uuidString
        outputFile = outputs.appending(path: name + ".out")
        remarksFile = outputs.appending(path: name + ".err")

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputFile.path, O_WRONLY | O_CREAT, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, remarksFile.path, O_WRONLY | O_CREAT, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A test runner in the background ignores SIGINT, and a child would inherit that.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

        // `exec` keeps the id: the shell is there to change the folder only.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder.path, program.path]
        var words = (shell + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var started: pid_t = 0
        let status = posix_spawn(&started, shell[0], &actions, &attributes, &words, &settings)
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EIO) }
        id = started
    }

    /// Sends it a signal.
    func signal(_ number: Int32) {
        end.withLock { end in
            // An id that was waited for may be another process's.
            if end == nil { kill(id, number) }
        }
    }

    /// How it ended; nil: it lives.
    var endIfAny: ProcessEnd? {
        end.withLock { end in
            if let end { return end }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            end = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
            return end
        }
    }

    /// What it wrote to its standard output.
    var output: String { Self.text(of: outputFile) }
    /// What it wrote to its standard error.
    var remarks: String { Self.text(of: remarksFile) }

    /// Waits for its end.
    ///
    /// A process that lives too long is killed, and the test fails.
    func ended(within limit: Duration = .seconds(120)) async throws -> ProcessEnd {
        do { try await eventually(within: limit, "the process ends") { endIfAny != nil } } catch {
            signal(SIGKILL)
            try await eventually(within: .seconds(10), "the killed process is gone") { endIfAny != nil }
            throw error
        }
        return try #require(endIfAny)
    }

    private static func text(of file: URL) -> String {
        String(decoding: FileManager.default.contents(atPath: file.path) ?? Data(), as: UTF8.self)
    }
}

/// What was waited for did not come.
struct DeadlineError: Error, CustomStringConvertible {
    let description: String
}

/// Asks until something holds: the one place where these tests wait.
func eventually(
    within limit: Duration,
    _ what: String,
    _ holds: () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !holds() {
        guard start.duration(to: .now) < limit else {
            throw DeadlineError(description: "\(what): not in \(limit)")
        }
        try await Task.sleep(for: .milliseconds(3))
    }
}
