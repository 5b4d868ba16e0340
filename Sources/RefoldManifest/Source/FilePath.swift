/// Paths as text: joined and cleaned, never asked of the file system.
package enum FilePath {
    /// A path seen from a folder; an absolute one stays.
    package static func resolve(_ path: String, from directory: String) -> String {
        clean(path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path)
    }

    /// The path without `.`, `..` and doubled slashes as far as text can tell.
    static func clean(_ path: String) -> String {
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// The folder a path lies in.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
