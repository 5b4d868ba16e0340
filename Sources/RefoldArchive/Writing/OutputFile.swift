internal import Glibc
internal import RefoldBytes

/// A file in the making: it has its name only when all of it is on disk.
struct OutputFile: ~Copyable, Sendable {
    /// The name it will have.
    let path: String
    /// The file that is written; nil: what is written goes nowhere.
    private let descriptor: Int32?
    private var partialPath: String { path + ".part" }

    /// Begins a file beside the place of the finished one.
    init(path: String) throws(ArchiveError) {
        let partial = path + ".part"
        let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .unwritable(errno, partial) }
        self.path = path
        self.descriptor = descriptor
    }

    private init(unkept path: String) {
        self.path = path
        descriptor = nil
    }

    /// A file of which nothing is kept: who writes it learns what would be written.
    static func unkept(_ path: String) -> OutputFile { OutputFile(unkept: path) }

    deinit {
        guard let descriptor else { return }
        close(descriptor)
        // Of a finished file nothing has this name any more; of another it would only be in the way.
        unlink(path + ".part")
    }

    /// Appends bytes, all of them.
    func write(_ bytes: RawSpan) throws(ArchiveError) {
        guard let descriptor else { return }
        var written = 0
        while written < bytes.byteCount {
            let count = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                return Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw .unwritable(count == 0 ? EIO : errno, partialPath)
            }
        }
    }

    /// Makes the bytes durable and gives the file its name, replacing one that had it.
    consuming func finish() throws(ArchiveError) {
        guard let descriptor else { return }
        guard fsync(descriptor) == 0, rename(partialPath, path) == 0 else { throw .unwritable(errno, path) }
    }

    /// Makes a folder and those above it, where they are not there.
    static func makeFolder(_ path: String) throws(ArchiveError) {
        var place = path.utf8.startIndex
        while place < path.utf8.endIndex {
            let next = path.utf8[place...].dropFirst().firstIndex(of: UInt8(ascii: "/")) ?? path.utf8.endIndex
            let part = String(path[..<next])
            guard mkdir(part, 0o755) == 0 || errno == EEXIST else { throw .unwritable(errno, part) }
            place = next
        }
    }
}

extension ArchiveError {
    /// What a failed call of the operating system on a file that is written means.
    fileprivate static func unwritable(_ number: Int32, _ path: String) -> ArchiveError {
        let fault = SystemFault(number)
        let isFull = fault.kind == .full
        return ArchiveError(
            isFull ? .diskFull : .unwritable,
            "\(path) could not be written",
            cause: fault.words,
            fix: isFull
                ? "make room on the disk, then run the same command again"
                : "choose a folder that can be written"
        )
    }
}
