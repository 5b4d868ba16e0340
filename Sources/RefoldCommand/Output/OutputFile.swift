import RefoldBytes

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files that a command makes on behalf of an option.
enum OutputFile {
    /// Writes text to a path, absolute; a file that is there is replaced only when asked.
    ///
    /// Throws `command.file` naming the path, or `command.output_full`.
    static func write(_ text: String, to path: String, replacing: Bool) throws(CommandError) {
        try write(Array(text.utf8), to: path, replacing: replacing)
    }

    /// As for text.
    static func write(_ bytes: [UInt8], to path: String, replacing: Bool) throws(CommandError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL)
        let descriptor = open(path, flags, 0o644)
        guard descriptor >= 0 else { throw failure(errno, path) }
        let sink = DescriptorSink(descriptor, keepingBack: 0)
        do throws(CommandError) { try sink.write(bytes) } catch {
            close(descriptor)
            throw CommandError(error.reason, "\(path) cannot be written", cause: error.cause, fix: error.fix)
        }
        // Some file systems tell of a full disk only here.
        guard close(descriptor) == 0 else { throw failure(errno, path) }
    }

    /// Throws `command.file` for a path that surely cannot be written, before long work is done for it.
    static func check(_ path: String) throws(CommandError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        if exists(path) ? access(path, W_OK) != 0 : access(folder.isEmpty ? "/" : folder, W_OK | X_OK) != 0 {
            throw failure(errno, path)
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(CommandError) {
        var folder = ""
        for name in path.split(separator: "/") {
            folder += "/\(name)"
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
                throw failure(errno, folder)
            }
        }
    }

    /// Whether something stands at a path.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// How a folder that a command will use stands.
    enum FolderStanding {
        /// It is there and can be written.
        case writable
        /// It is not there, and can be made.
        case absent
        /// It cannot be written, or not be made.
        case closed
    }

    /// How a folder stands; nothing is made.
    static func standing(ofFolder path: String) -> FolderStanding {
        if access(path, F_OK) == 0 { return access(path, R_OK | W_OK | X_OK) == 0 ? .writable : .closed }
        var parent = path
        while let slash = parent.lastIndex(of: "/") {
            parent = String(parent[..<slash])
            let present = parent.isEmpty ? "/" : parent
            if access(present, F_OK) == 0 { return access(present, W_OK | X_OK) == 0 ? .absent : .closed }
        }
        return .closed
    }

    private static func failure(_ number: Int32, _ path: String) -> CommandError {
        if number == EEXIST {
            return CommandError(
                .argument,
                "\(path) is there already",
                fix: "choose another place, or move it away"
            )
        }
        let fault = SystemFault(number)
        return switch fault.kind {
        case .full:
            CommandError(
                .outputFull,
                "there is no room for \(path)",
                cause: fault.words,
                fix: "make room, then retry"
            )
        case .notPermitted, .missing, .exhausted, .other:
            CommandError(
                .file,
                "\(path) cannot be written",
                cause: fault.words,
                fix: "check the path and its permissions"
            )
        }
    }
}
