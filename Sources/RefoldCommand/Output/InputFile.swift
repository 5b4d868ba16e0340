import RefoldBytes

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files that an option names and a command reads whole.
enum InputFile {
    /// The longest that is read.
    private static let longest = 64 << 20

    /// The bytes of a file.
    ///
    /// Throws `command.file` for one that cannot be read, `command.argument` for one that is not there or too long.
    static func read(_ path: String) throws(CommandError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = piece.withUnsafeMutableBytes { systemRead(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno, path) }
            guard count > 0 else { return bytes }
            bytes += piece.prefix(count)
            guard bytes.count <= longest else {
                throw CommandError(
                    .argument,
                    "\(path) is longer than any file of refold",
                    fix: "look whether it is the right file"
                )
            }
        }
    }

    private static func failure(_ number: Int32, _ path: String) -> CommandError {
        let cause = SystemFault(number).words
        return number == ENOENT || number == EISDIR
            ? CommandError(.argument, "\(path) cannot be read", cause: cause, fix: "check the path")
            : CommandError(.file, "\(path) cannot be read", cause: cause, fix: "check the permissions")
    }
}

/// read(2) under a name of its own: inside the type `read` is the type's.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, bytes.baseAddress, bytes.count)
}
