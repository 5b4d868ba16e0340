internal import Glibc
internal import RefoldModel

extension Archive {
    /// Why there is nothing to open at a location; nil: something lies there.
    package static func absence(at location: String) -> ArchiveError? {
        access(location, F_OK) == 0 ? nil : errno == ENOENT || errno == ENOTDIR ? .absent(location) : nil
    }

    /// A path that exists and whose names differ by a slip of the hand from a location that does not.
    package static func nearest(to location: String) -> String? {
        var missing: [String] = []
        var folder = location
        while access(folder.isEmpty ? "." : folder, F_OK) != 0 {
            let parts = folder.split(separator: "/", omittingEmptySubsequences: true)
            guard let last = parts.last else { return nil }
            missing.insert(String(last), at: 0)
            let isAbsolute = folder.utf8.first == UInt8(ascii: "/")
            folder = (isAbsolute ? "/" : "") + parts.dropLast().joined(separator: "/")
        }
        guard let wrong = missing.first else { return nil }
        let start = folder.isEmpty || folder == "/" ? folder : folder + "/"
        let known = Folder.visibleNames(in: folder.isEmpty ? "." : folder)
        guard let name = NearestWord.of(wrong, among: known) else { return nil }
        let found = ([start + name] + missing.dropFirst()).joined(separator: "/")
        return access(found, F_OK) == 0 ? found : nil
    }
}

extension ArchiveError {
    /// Nothing lies where an archive was asked for.
    static func absent(_ location: String) -> ArchiveError {
        ArchiveError(
            .missing,
            "\(location) does not exist",
            fix: Archive.nearest(to: location).map { "did you mean `\($0)`?" } ?? ArchiveError.pathFix
        )
    }
}
