internal import Glibc
internal import RefoldBytes

/// The archive's folder, and the only place where names become paths.
struct Folder: Sendable {
    /// The folder with all symbolic links resolved.
    let path: String

    /// Resolves a folder that exists.
    init(_ location: String) throws(ArchiveError) {
        guard let path = try Self.resolve(location, name: location) else {
            throw ArchiveError(.missing, "\(location) does not exist", fix: ArchiveError.pathFix)
        }
        self.path = path
    }

    /// The file of a name below the folder, links resolved; nil when there is none.
    ///
    /// Throws when the file lies elsewhere: an archive ends at its folder.
    func file(_ name: String) throws(ArchiveError) -> String? {
        guard let file = try Self.resolve(path + "/" + name, name: name) else { return nil }
        guard file == path || file.utf8.starts(with: (path == "/" ? path : path + "/").utf8) else {
            throw ArchiveError(
                .outside,
                "\(name) leads out of the archive's folder",
                cause: "a symbolic link points elsewhere",
                fix: "put the file itself into the folder"
            )
        }
        return file
    }

    /// The names of all segments below the folder, in no order.
    func segmentNames() throws(ArchiveError) -> [String] {
        var found: [String] = []
        var pending = [""]
        while let folder = pending.popLast() {
            for name in try Self.names(in: path + "/" + folder) where !Self.isHidden(name) {
                let below = folder + name
                guard let file = try visible(below) else { continue }
                switch file {
                case .folder: pending.append(below + "/")
                case .file where Self.isSegment(name): found.append(below)
                case .file: break
                }
            }
        }
        return found
    }

    private enum Item {
        case folder
        case file
    }

    /// What a name is; nil for a link to a folder inside, whose content is met under its own name, and for one that
    /// leads nowhere.
    private func visible(_ name: String) throws(ArchiveError) -> Item? {
        var status = stat()
        guard lstat(path + "/" + name, &status) == 0 else { throw .system(errno, "looked at", name) }
        guard status.st_mode & S_IFMT == S_IFLNK else {
            return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
        }
        guard stat(path + "/" + name, &status) == 0 else {
            guard Self.isSegment(name) else { return nil }
            throw .system(errno, "followed", name)
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        // Where a link leads matters only if segments could be there.
        if isFolder || Self.isSegment(name) { _ = try file(name) }
        return isFolder ? nil : .file
    }

    private static func isHidden(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: ".") || name.utf8.first == UInt8(ascii: "_")
    }

    private static func isSegment(_ name: String) -> Bool {
        var bytes = Array(name.utf8)
        for suffix: StaticString in [".zst", ".gz"] where bytes.elementsEnd(with: suffix) {
            bytes.removeLast(suffix.utf8CodeUnitCount)
            break
        }
        return bytes.elementsEnd(with: ".jsonl") || bytes.elementsEnd(with: ".ndjson")
    }

    private static func names(in folder: String) throws(ArchiveError) -> [String] {
        guard let stream = opendir(folder) else { throw .system(errno, "listed", folder) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) {
                    (text: String(cString: $0), isValid: String(validatingCString: $0) != nil)
                }
            }
            guard name.isValid else {
                throw ArchiveError(
                    .inputOutput,
                    "\(folder) holds a name that is not UTF-8",
                    place: name.text,
                    fix: "rename the file, or list the archive's segments in catalog.json"
                )
            }
            names.append(name.text)
            errno = 0
        }
        guard errno == 0 else { throw .system(errno, "listed", folder) }
        return names
    }

    private static func resolve(_ path: String, name: String) throws(ArchiveError) -> String? {
        guard let resolved = realpath(path, nil) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw .system(errno, "looked at", name) }
            return nil
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
