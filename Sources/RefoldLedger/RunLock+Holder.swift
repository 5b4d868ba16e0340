import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension RunLock.Holder {
    var json: JSONValue {
        .object([
            "pid": .integer(processID), "run": .text(run), "state": .text(state), "since": .integer(since),
        ])
    }

    init?(readFrom descriptor: Int32) {
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
