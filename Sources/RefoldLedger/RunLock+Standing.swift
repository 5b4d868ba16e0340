#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension RunLock {
    /// What a look at a lock found; the kernel answers for the processes of this machine.
    package enum Standing: Sendable, Hashable {
        /// Nobody holds it.
        case free
        /// Somebody does; nil: who has not been said yet.
        case held(Holder?)
        /// The file cannot be looked at.
        case unknown
    }

    /// Looks whether a lock is held, without keeping anybody from taking it.
    package static func standing(of path: String) -> Standing {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        // The file is made by whoever takes the lock first.
        guard descriptor >= 0 else { return errno == ENOENT ? .free : .unknown }
        defer { close(descriptor) }
        // A shared lock leaves other lookers alone, and ``acquire(path:subject:holder:now:)`` waits it out.
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
            let code = errno
            if code == EINTR { continue }
            return code == EWOULDBLOCK ? .held(Holder(readFrom: descriptor)) : .unknown
        }
        flock(descriptor, LOCK_UN)
        return .free
    }
}
