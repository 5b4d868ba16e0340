public import Foundation
import Synchronization

/// A program that lives no longer than this process, however this one ends.
///
/// A shell between the two holds the program as its child and reads from a pipe that this process alone writes to. When
/// the pipe ends, as it does with a SIGKILL of this process too, the shell kills the program, by its id.
public final class KeptProcess: Sendable {
    /// The program's id.
    public let id: pid_t
    private let keeper: Mutex<Keeper>
    private let output: AsyncStream<String>

    /// The shell's handle.
    ///
    /// Foundation's class is not declared Sendable; the lock around it is its owner.
    private struct Keeper: @unchecked Sendable {
        var process: Process
        var input: FileHandle
    }

    // The inner shell becomes the program, so that the id that it prints is the program's. The outer one gives its output up,
    // so that the output ends when the program does, and waits for what it killed: then the program's ports are free.
    private static let script = """
        sh -c 'echo $$; exec "$@"' sh "$@" </dev/null &
        program=$!
        exec >/dev/null 2>&1
        read -r _
        kill -9 $program
        wait $program
        """

    /// Starts a program, found by PATH, and returns when it is there; its errors go to a file, if there is one.
    public init(_ words: [String], environment: [String: String] = [:], errors: URL? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", KeptProcess.script, "sh"] + words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, own in own }
        let (input, output) = (Pipe(), Pipe())
        // A program started by another test would hold the pipe open past the end of this process.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        process.standardInput = input
        process.standardOutput = output
        process.standardError =
            try errors.map { errors in
                try Data().write(to: errors)
                return try FileHandle(forWritingTo: errors)
            } ?? FileHandle.nullDevice
        try KeptProcess.run(process)
        try output.fileHandleForWriting.close()
        try input.fileHandleForReading.close()
        var lines = Lines(output.fileHandleForReading)
        guard let first = lines.next(), let id = pid_t(first) else {
            throw TestKitError("\(words.first ?? "") does not start")
        }
        self.id = id
        keeper = Mutex(Keeper(process: process, input: input.fileHandleForWriting))
        let (stream, feed) = AsyncStream.makeStream(of: String.self)
        self.output = stream
        Thread.detachNewThread { [lines] in
            var lines = lines
            while let line = lines.next() { feed.yield(line) }
            feed.finish()
        }
    }

    /// Starts a process that hears signals.
    ///
    /// A child takes over what its thread blocks, and the threads that tasks run on block nearly all: a shell would wait for its
    /// own children forever.
    static func run(_ process: Process) throws {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    /// The next line of its output; nil when it has ended.
    public func nextLine() async -> String? {
        var lines = output.makeAsyncIterator()
        return await lines.next()
    }

    /// Asks it to end in order, and waits for that; what it still prints is dropped.
    public func stop() async throws {
        Foundation.kill(id, SIGTERM)
        while await nextLine() != nil {}
        try kill()
    }

    /// Kills it; when it returns, the program is gone with its ports.
    public func kill() throws {
        try keeper.withLock { keeper in
            guard keeper.process.isRunning else { return }
            try keeper.input.close()
            keeper.process.waitUntilExit()
        }
    }
}

/// The lines of a pipe, read with blocking calls by one thread at a time.
private struct Lines: @unchecked Sendable {
    private let file: FileHandle
    private var rest = Data()

    init(_ file: FileHandle) { self.file = file }

    mutating func next() -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                defer { rest = Data(rest[rest.index(after: end)...]) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let more = file.availableData
            guard !more.isEmpty else { return nil }
            rest += more
        }
    }
}
