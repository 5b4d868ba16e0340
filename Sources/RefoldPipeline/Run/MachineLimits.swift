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
        let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
            .compactMap(number(in:))
        return max(64 << 20, min(overflow ? Int.max : machine, limits.min() ?? Int.max) / 2)
    }

    /// The number that a small file of the kernel holds; nil without the file, or for `max`.
    private static func number(in path: String) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        return Int(String(decoding: buffer.prefix(count).prefix { $0 > 0x20 }, as: UTF8.self))
    }
}
