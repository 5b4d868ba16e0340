import RefoldBytes
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// write(2) under a name of its own: inside the sink `write` is the sink's.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

/// A file descriptor of the process, buffered.
///
/// Isolation: a lock owns the buffer, so that lines of several tasks do not mix.
package final class DescriptorSink: OutputSink {
    private let descriptor: Int32
    private let limit: Int
    private let buffer = Mutex<[UInt8]>([])
    /// Whether a person looks at it.
    package let isTerminal: Bool

    /// The descriptor, and how many bytes are kept back (0: each write goes out at once).
    package init(_ descriptor: Int32, keepingBack limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
        isTerminal = isatty(descriptor) == 1
    }

    /// Characters a line holds; 80 where it cannot be asked.
    package var columns: Int {
        var size = winsize()
        let answer = ioctl(descriptor, UInt(TIOCGWINSZ), &size)
        return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Takes bytes.
    package func write(_ bytes: [UInt8]) throws(CommandError) {
        try buffer.withLock { held throws(CommandError) in
            held += bytes
            guard held.count > limit else { return }
            try drain(&held)
        }
    }

    /// Hands on what the buffer holds.
    package func flush() throws(CommandError) {
        try buffer.withLock { held throws(CommandError) in try drain(&held) }
    }

    private func drain(_ held: inout [UInt8]) throws(CommandError) {
        // What could not be written is not written later: the failure has been told.
        defer { held.removeAll(keepingCapacity: true) }
        var done = 0
        while done < held.count {
            // Reason for the unsafe slice: write(2) takes an address; it does not keep it.
            let count = held.withUnsafeBytes {
                systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: $0[done...]))
            }
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno != EINTR {
                throw failure(errno)
            }
        }
    }

    private func failure(_ number: Int32) -> CommandError {
        let cause = SystemFault(number).words
        return switch number {
        case EPIPE:
            CommandError(
                .outputClosed,
                "the reader of the output is gone",
                cause: cause,
                fix: "none is needed if the reader had enough"
            )
        case ENOSPC, EDQUOT, EFBIG:
            CommandError(
                .outputFull,
                "there is no room for the output",
                cause: cause,
                fix: "make room, then retry"
            )
        default:
            CommandError(
                .outputFailed,
                "the output cannot be written",
                cause: cause,
                fix: "look at where stdout leads, then type the same command"
            )
        }
    }
}
