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
    /// Throws `ledger.locked` with the holder's process, state and age; waits for no holder, only for one who looks.
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
        var looksLeft = 100
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            // A lock that can be shared is not held: ``standing(of:)`` looks at it just now, and is done in an instant.
            if code == EWOULDBLOCK, looksLeft > 0, flock(descriptor, LOCK_SH | LOCK_NB) == 0 {
                looksLeft -= 1
                flock(descriptor, LOCK_UN)
                usleep(1000)
                continue
            }
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
