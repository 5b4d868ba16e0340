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
        let fault = SystemFault(code)
        let cause = fault.words
        switch fault.kind {
        case .full:
            return PipelineError(
                .diskFull,
                "a work file \(what)",
                place: path,
                cause: cause,
                fix: "make room, or choose another folder with --state-dir, then run the same command again"
            )
        case .notPermitted:
            return PipelineError(
                .notPermitted,
                "a work file \(what)",
                place: path,
                cause: cause,
                fix: "give this user the right to write there, or choose another folder with --state-dir"
            )
        case .missing, .exhausted, .other:
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
