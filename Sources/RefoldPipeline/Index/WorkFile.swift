import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whole-buffer reads and writes of one file of the work folder; errors name the file.
final class WorkFile {
    private let descriptor: Int32
    let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Makes an empty file, replacing one of that name.
    static func create(_ path: String) throws(PipelineError) -> WorkFile {
        try WorkFile(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    }

    /// Opens a file to write behind what it holds, making it if need be.
    static func append(to path: String) throws(PipelineError) -> WorkFile {
        try WorkFile(path: path, flags: O_WRONLY | O_CREAT | O_APPEND)
    }

    /// Opens a file for reading.
    static func open(_ path: String) throws(PipelineError) -> WorkFile {
        try WorkFile(path: path, flags: O_RDONLY)
    }

    private convenience init(path: String, flags: Int32) throws(PipelineError) {
        #if canImport(Glibc)
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        #else
        let descriptor = Darwin.open(path, flags | O_CLOEXEC, 0o600)
        #endif
        guard descriptor >= 0 else { throw WorkFile.failure("cannot be opened", path, errno) }
        self.init(descriptor: descriptor, path: path)
    }

    /// Writes all bytes.
    func append(_ bytes: [UInt8]) throws(PipelineError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw WorkFile.failure("cannot be written", path, errno)
            }
            done += count
        }
    }

    /// Makes what was written durable.
    func synchronize() throws(PipelineError) {
        guard fsync(descriptor) == 0 else { throw WorkFile.failure("cannot be made durable", path, errno) }
    }

    /// The next bytes, at most so many; empty at the end.
    func next(_ limit: Int) throws(PipelineError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var result = read(descriptor, buffer.baseAddress, limit)
            while result < 0, errno == EINTR { result = read(descriptor, buffer.baseAddress, limit) }
            code = result < 0 ? errno : 0
            count = max(0, result)
        }
        guard code == 0 else { throw WorkFile.failure("cannot be read", path, code) }
        return bytes
    }

    private static func failure(_ what: String, _ path: String, _ code: Int32) -> PipelineError {
        let cause = String(cString: strerror(code))
        switch code {
        case ENOSPC, EDQUOT:
            return PipelineError(
                .diskFull,
                "a work file \(what)",
                place: path,
                cause: cause,
                fix: "make room, or choose another folder with --state-dir, then run the same command again"
            )
        case EACCES, EPERM, EROFS:
            return PipelineError(
                .notPermitted,
                "a work file \(what)",
                place: path,
                cause: cause,
                fix: "give this user the right to write there, or choose another folder with --state-dir"
            )
        default:
            return PipelineError(
                .damaged,
                "a work file \(what)",
                place: path,
                cause: cause,
                fix: "run the same command with --fresh"
            )
        }
    }
}

/// Folders of the work folder.
package enum WorkFolder {
    /// Deletes a folder with what lies in it; one that is not there is no error.
    package static func remove(_ path: String) throws(PipelineError) {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return }
            throw failure(path)
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let child = path + "/" + name
            // `unlink` never follows a link; what it refuses is a folder.
            if unlink(child) != 0 {
                guard errno == EISDIR || errno == EPERM else { throw failure(child) }
                try remove(child)
            }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// Makes the names of files durable.
    static func synchronize(_ path: String) throws(PipelineError) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure(path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(path) }
    }

    /// Deletes the files of a folder whose names begin with a prefix, but for those to keep.
    static func removeFiles(
        in path: String,
        prefixed prefix: String,
        keeping: Set<String>
    ) throws(PipelineError) {
        guard let folder = opendir(path) else { throw failure(path) }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.utf8.starts(with: prefix.utf8), !keeping.contains(name) else { continue }
            guard unlink(path + "/" + name) == 0 || errno == ENOENT else { throw failure(path + "/" + name) }
        }
    }

    private static func failure(_ path: String) -> PipelineError {
        PipelineError(
            .notPermitted,
            "a work folder cannot be used",
            place: path,
            cause: String(cString: strerror(errno)),
            fix: "give this user the right to write there"
        )
    }
}
