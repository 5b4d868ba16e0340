import RefoldCommand
import Synchronization

/// A stream held in memory.
final class MemorySink: OutputSink {
    private let bytes = Mutex<[UInt8]>([])
    let isTerminal: Bool
    let columns: Int
    let failure: CommandError?

    init(isTerminal: Bool = false, columns: Int = 80, failing failure: CommandError? = nil) {
        self.isTerminal = isTerminal
        self.columns = columns
        self.failure = failure
    }

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    func write(_ more: [UInt8]) throws(CommandError) {
        if let failure, !more.isEmpty { throw failure }
        bytes.withLock { $0 += more }
    }

    func flush() throws(CommandError) {}
}

/// A clock that tests move.
final class HandClock: Sendable {
    private let time = Mutex<Duration>(.zero)
    var now: Duration { time.withLock { $0 } }
    func advance(by step: Duration) { time.withLock { $0 += step } }
}

/// A wall clock that goes on a second each time it is asked, so that runs have an order.
enum TestClock {
    private static let seconds = Atomic<Int64>(0)
    static func tick() -> Int64 {
        1_795_400_100_000 + 1000 * seconds.add(1, ordering: .relaxed).newValue
    }
}

/// One command line run in memory, and what came of it.
struct Console {
    let status: Int32
    let output: String
    let remarks: String

    init(
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: String = "/nowhere",
        stdout: MemorySink = MemorySink(),
        stderr: MemorySink = MemorySink()
    ) async {
        let io = CommandIO(
            stdout: stdout,
            stderr: stderr,
            workingFolder: folder,
            now: { TestClock.tick() },
            uptime: { .zero }
        )
        status = await RefoldCommand.run(arguments: arguments, environment: environment, io: io)
        output = stdout.text
        remarks = stderr.text
    }
}
