import FoundationEssentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension CommandIO {
    /// The process's own streams, folder and clocks.
    package static func ofProcess() -> CommandIO {
        let origin = ContinuousClock.now
        return CommandIO(
            stdout: DescriptorSink(STDOUT_FILENO, keepingBack: 64 << 10),
            stderr: DescriptorSink(STDERR_FILENO, keepingBack: 0),
            workingFolder: FileManager.default.currentDirectoryPath,
            now: { Int64((Date.now.timeIntervalSince1970 * 1000).rounded(.down)) },
            uptime: { ContinuousClock.now - origin },
            utcOffset: localOffset,
            ask: isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 ? askOnTerminal : nil
        )
    }
}

@Sendable private func localOffset(at milliseconds: Int64) -> Int64 {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    return localtime_r(&seconds, &parts) == nil ? 0 : Int64(parts.tm_gmtoff) * 1000
}

@Sendable private func askOnTerminal(_ question: String) -> Bool {
    let prompt = DescriptorSink(STDERR_FILENO, keepingBack: 0)
    do { try prompt.write("\(question) [y/N] ") } catch { return false }
    return ["y", "yes"].contains((readLine() ?? "").lowercased())
}
