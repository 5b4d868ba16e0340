import RefoldBytes

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Reads a manifest's bytes: a regular file of bounded size, never a folder, pipe or device.
enum ManifestFile {
    /// The largest manifest, 1 MiB: a thousand times what people write.
    static let maximumBytes = 1 << 20

    /// Why a file was not read.
    struct Refusal: Error {
        /// What is wrong, after the file's name: `is a folder`.
        var reason: String
        /// What mends it.
        var fix: String?
    }

    /// The whole file.
    static func contents(at path: String) throws(Refusal) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw Refusal(reason: "has a NUL in its name") }
        // O_NONBLOCK: a pipe or device must not make the open wait.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw refusal(of: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw refusal(of: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Refusal(reason: "is a folder", fix: "name the manifest file in it")
        default: throw Refusal(reason: "is no regular file", fix: "name a regular file")
        }
        return try drain(file)
    }

    private static func drain(_ file: Int32) throws(Refusal) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        var count = 0
        while count < bytes.count {
            let start = count
            let got = bytes.withUnsafeMutableBytes { buffer in
                // Inside the buffer: start is below its size.
                read(file, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw refusal(of: errno) }
            guard got > 0 else { return Array(bytes.prefix(count)) }
            count += got
        }
        throw Refusal(
            reason: "is larger than 1 MiB",
            fix: "a manifest is a short text: is this the right file?"
        )
    }

    private static func refusal(of number: Int32) -> Refusal {
        switch number {
        case ENOENT, ENOTDIR: Refusal(reason: "does not exist")
        case EACCES, EPERM:
            Refusal(reason: "may not be read", fix: "give the user of this run the right to read it")
        case ELOOP: Refusal(reason: "is a symbolic link that leads to itself")
        case ENAMETOOLONG: Refusal(reason: "has a name that is too long")
        default: Refusal(reason: "cannot be read: \(SystemFault(number).words)")
        }
    }
}
