import RefoldBytes

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Whole operations on files by their paths; each says what failed.
enum DiskFile {
    /// The bytes of a file; nil: it is not there.
    static func read(_ path: String) throws(IndexError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw failure("the file cannot be opened", path) }
        defer { closeFile(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw failure("the file cannot be read", path) }
        return try read(file, at: 0, count: Int(info.st_size), path)
    }

    /// A part of a file; short when the file is.
    static func read(_ path: String, at offset: Int, count: Int) throws(IndexError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("the file cannot be opened", path) }
        defer { closeFile(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw failure("the file cannot be read", path) }
        // The count may come from a damaged record: no room is made for bytes that are not there.
        return try read(file, at: offset, count: min(count, Int(info.st_size) - offset), path)
    }

    private static func read(
        _ file: Int32,
        at offset: Int,
        count: Int,
        _ path: String
    ) throws(IndexError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...]
                )
                let got = pread(file, rest.baseAddress, rest.count, off_t(offset + initialized))
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { return }
                initialized += got
            }
        }
        guard !failed else { throw failure("the file cannot be read", path) }
        return bytes
    }

    /// Writes bytes at an offset and cuts the file behind them.
    static func write(_ bytes: RawSpan, to path: String, at offset: Int) throws(IndexError) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure("the file cannot be written", path) }
        defer { closeFile(file) }
        let isWritten = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                let put = pwrite(file, rest.baseAddress, rest.count, off_t(offset + done))
                if put < 0, errno == EINTR { continue }
                guard put > 0 else { return false }
                done += put
            }
            return true
        }
        guard isWritten else { throw failure("the file cannot be written", path) }
        guard ftruncate(file, off_t(offset + bytes.byteCount)) == 0 else {
            throw failure("the file cannot be cut", path)
        }
    }

    /// Puts bytes in place of a file, whole or not at all.
    static func replace(_ path: String, with bytes: [UInt8]) throws(IndexError) {
        try write(bytes.span.bytes, to: path + ".tmp", at: 0)
        try sync(path + ".tmp")
        try move(path + ".tmp", to: path)
    }

    /// Gives a file another name, in place of one that has it.
    static func move(_ from: String, to: String) throws(IndexError) {
        guard rename(from, to) == 0 else { throw failure("the file cannot be renamed", to) }
    }

    /// Puts a file, or a folder's names, on the disk.
    static func sync(_ path: String) throws(IndexError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("the file cannot be synced", path) }
        defer { closeFile(file) }
        guard fsync(file) == 0 else { throw failure("the file cannot be synced", path) }
    }

    /// Gives a file blocks on the disk up to a length, its bytes as they were and zeros behind them.
    ///
    /// A precaution: where the disk has no such room, or the system no such call, the file stays as it is.
    static func allocate(_ bytes: Int, at path: String) {
        #if !canImport(Darwin)
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard file >= 0 else { return }
        defer { closeFile(file) }
        _ = posix_fallocate(file, 0, off_t(bytes))
        #endif
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws(IndexError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("the file cannot be removed", path) }
    }

    /// Whether something of this name is there.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The folder a path lies in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Throws unless files can be made in a file's folder.
    static func checkFolder(of path: String) throws(IndexError) {
        guard access(folder(of: path), W_OK | X_OK) == 0 else {
            throw failure("the folder cannot be written", folder(of: path))
        }
    }

    /// Free bytes where a path lies, for this user.
    static func freeBytes(at path: String) -> Int? {
        var info = statvfs()
        guard statvfs(folder(of: path), &info) == 0 else { return nil }
        let (bytes, overflowed) = UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize))
        return overflowed ? nil : Int(exactly: bytes)
    }

    private static func closeFile(_ file: Int32) {
        // Nothing is buffered here: what a close could say, the write or the sync has said.
        close(file)
    }

    /// What errno says.
    private static func failure(_ message: String, _ path: String) -> IndexError {
        let fault = SystemFault(errno)
        let cause = fault.words
        switch fault.kind {
        case .notPermitted:
            return IndexError(
                .notPermitted,
                message,
                place: path,
                cause: cause,
                fix: "give this user the right to write it, or name another file"
            )
        case .full:
            return IndexError(.full, message, place: path, cause: cause, fix: "make room, then run again")
        case .missing, .exhausted, .other:
            return IndexError(
                .unavailable,
                message,
                place: path,
                cause: cause,
                fix: "check that the folder exists and that the path is a file"
            )
        }
    }
}
