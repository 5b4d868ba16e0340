#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What the machine, or the control group around this process, allows.
package enum MachineLimits {
    /// Cores that this process may use.
    package static var cores: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Half of the memory of the machine or, when it is less, of the control group.
    package static var halfOfMemory: Int {
        let pages = max(0, sysconf(Int32(_SC_PHYS_PAGES)))
        let (machine, overflow) = pages.multipliedReportingOverflow(by: max(0, sysconf(Int32(_SC_PAGESIZE))))
        let limits = (groupFiles + ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]).compactMap(number(in:))
        return max(64 << 20, min(overflow ? Int.max : machine, limits.min() ?? Int.max) / 2)
    }

    /// The limit files of this process's control group and of all groups around it (version 2).
    private static var groupFiles: [String] {
        let own = text(of: "/proc/self/cgroup", atMost: 4096).split(separator: "\n").first {
            $0.hasPrefix("0::/")
        }
        var folder = "/sys/fs/cgroup"
        var files = [folder + "/memory.max"]
        for name in own?.dropFirst(4).split(separator: "/") ?? [] {
            folder += "/" + name
            files.append(folder + "/memory.max")
        }
        return files
    }

    /// The number that a small file of the kernel holds; nil without the file, or for `max`.
    private static func number(in path: String) -> Int? {
        Int(text(of: path, atMost: 64).prefix { !$0.isWhitespace })
    }

    /// The beginning of a small file of the kernel; empty without the file.
    private static func text(of path: String, atMost limit: Int) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: limit)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
