import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A kernel lock on a file, held until it is released or the process ends, however it ends.
///
/// The file stays: only the kernel's lock on it means anything. What stands in it tells a second process who holds it.
package final class RunLock: Sendable {
    /// Who holds a lock.
    package struct Holder: Sendable, Hashable {
        /// The process.
        package var processID: Int32
        /// The run, when it has a name yet.
        package var run: String
        /// What it does: a phase.
        package var state: String
        /// Since when, milliseconds since 1970.
        package var since: Int64

        /// This process.
        package init(run: String, state: String, since: Int64) {
            processID = getpid()
            self.run = run
            self.state = state
            self.since = since
        }
    }

    private let descriptor: Int32
    /// The file.
    package let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // Closing the last descriptor would release the lock too, but a process that is being started just now has a copy
        // of it until its program begins.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock at once or says who holds it.
    ///
    /// Throws `ledger.locked` with the holder's process, state and age; never waits.
    package static func acquire(
        path: String,
        subject: String,
        holder: Holder,
        now: Int64
    ) throws(LedgerError) -> RunLock {
        // O_CLOEXEC: a hook that outlives the run must not keep its lock.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let fault = SystemFault(errno)
            let reason: LedgerError.Code =
                switch fault.kind {
                case .full: .full
                case .notPermitted: .notPermitted
                case .missing, .exhausted, .other: .unavailable
                }
            throw LedgerError(
                reason,
                "the lock file cannot be opened",
                place: path,
                cause: fault.words,
                fix: LedgerError.chooseFolder
            )
        }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else {
                throw LedgerError(
                    .unavailable,
                    "the lock cannot be taken",
                    place: path,
                    cause: SystemFault(code).words,
                    fix: "put the state folder on a disk that knows flock, with --state-dir"
                )
            }
            throw LedgerError(
                .locked,
                "another run holds \(subject)",
                place: path,
                cause: Holder(readFrom: descriptor)?.description(now: now)
                    ?? "its holder has not said who it is yet",
                fix: "wait for it, or end it; then run the same command again"
            )
        }
        let lock = RunLock(descriptor: descriptor, path: path)
        lock.update(holder)
        return lock
    }

    /// Says what the holder does now.
    ///
    /// Only information for people: a write that fails leaves the older word, and the lock is none the worse.
    package func update(_ holder: Holder) {
        let text = holder.json.canonical.bytes
        let written = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        if written == text.count { ftruncate(descriptor, off_t(text.count)) }
    }
}

extension RunLock.Holder {
    fileprivate var json: JSONValue {
        .object([
            "pid": .integer(processID), "run": .text(run), "state": .text(state), "since": .integer(since),
        ])
    }

    fileprivate init?(readFrom descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        do {
            let value = try JSONValue(parsing: ByteString(copying: buffer.prefix(count)))
            guard let processID = value["pid"]?.asInt64.flatMap({ Int32(exactly: $0) }),
                let since = value["since"]?.asInt64
            else { return nil }
            self.processID = processID
            self.since = since
            run = value["run"]?.asString ?? ""
            state = value["state"]?.asString ?? ""
        } catch {
            // A holder that is writing its word just now.
            return nil
        }
    }

    /// Process, state and age, for people.
    package func description(now: Int64) -> String {
        let (age, overflow) = now.subtractingReportingOverflow(since)
        let seconds = overflow ? 0 : max(0, age / 1000)
        var text = "process \(processID)"
        if !run.isEmpty { text += ", run \(run)" }
        text += ", in \(state) for \(seconds / 60)m\(seconds % 60)s"
        if isStopped { text += ", stopped by a signal (SIGCONT continues it)" }
        return text
    }

    /// Whether the process stands still, where the kernel says so.
    private var isStopped: Bool {
        let descriptor = open("/proc/\(processID)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return false }
        // `pid (name) S …`; the name may hold anything, so the last parenthesis counts.
        guard let name = buffer.prefix(count).lastIndex(of: UInt8(ascii: ")")), name + 2 < count else {
            return false
        }
        return buffer[name + 2] == UInt8(ascii: "T")
    }
}
