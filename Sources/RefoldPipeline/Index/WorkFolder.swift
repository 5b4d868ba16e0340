import RefoldBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Folders of the work folder.
package enum WorkFolder {
    /// Deletes a folder with what lies in it; one that is not there is no error.
    package static func remove(_ path: String) throws(PipelineError) {
        for name in try names(in: path) {
            let child = path + "/" + name
            // `unlink` never follows a link; what it refuses is a folder.
            if unlink(child) != 0, errno != ENOENT {
                guard errno == EISDIR || errno == EPERM else { throw failure(child) }
                try remove(child)
            }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// The names in a folder; none when it is not there.
    static func names(in path: String) throws(PipelineError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw failure(path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = Self.name(of: entry)
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Gives a file a second name, in place of what has that name.
    static func link(_ path: String, to other: String) throws(PipelineError) {
        guard unlink(other) == 0 || errno == ENOENT else { throw failure(other) }
        #if canImport(Glibc)
        guard Glibc.link(path, other) == 0 else { throw failure(other) }
        #else
        guard Darwin.link(path, other) == 0 else { throw failure(other) }
        #endif
    }

    /// Renames a file or folder; what has the new name goes.
    static func rename(_ path: String, to other: String) throws(PipelineError) {
        #if canImport(Glibc)
        guard Glibc.rename(path, other) == 0 else { throw failure(other) }
        #else
        guard Darwin.rename(path, other) == 0 else { throw failure(other) }
        #endif
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
        for name in try names(in: path) {
            guard name.utf8.starts(with: prefix.utf8), !keeping.contains(name) else { continue }
            guard unlink(path + "/" + name) == 0 || errno == ENOENT else { throw failure(path + "/" + name) }
        }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func failure(_ path: String) -> PipelineError {
        let fault = SystemFault(errno)
        return PipelineError(
            fault.kind == .full ? .diskFull : .notPermitted,
            "a work folder cannot be used",
            place: path,
            cause: fault.words,
            fix: fault.kind == .full ? "make room there" : "give this user the right to write there"
        )
    }
}
