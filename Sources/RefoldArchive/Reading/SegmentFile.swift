internal import Glibc
internal import RefoldBytes

/// One open file of the archive, read by offset; nothing of it is mapped.
struct SegmentFile: ~Copyable, Sendable {
    /// What the file was when it was looked at.
    struct Facts: Sendable, Hashable {
        /// Its length.
        var bytes: Int64
        /// Its modification time in nanoseconds.
        var modifiedNanoseconds: Int64
    }

    /// The name for messages.
    let name: String
    /// The file's length and time when it was opened.
    let facts: Facts
    private let descriptor: Int32

    /// Opens a regular file; anything else that has its name is refused without waiting on it.
    init(path: String, name: String) throws(ArchiveError) {
        // A FIFO of that name would block an open for reading.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno, "opened", name) }
        let found: Facts
        do throws(ArchiveError) {
            found = try Self.facts(of: descriptor, name)
        } catch {
            close(descriptor)
            throw error
        }
        facts = found
        self.name = name
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens a segment and refuses it when it is no longer what was listed.
    static func listed(_ segment: Segment) throws(ArchiveError) -> SegmentFile {
        let file = try SegmentFile(path: segment.path, name: segment.name)
        let listed = Facts(bytes: segment.bytes, modifiedNanoseconds: segment.modifiedNanoseconds)
        guard file.facts == listed else { throw .changed(segment.name, from: listed, to: file.facts) }
        return file
    }

    /// Appends up to that many bytes from an offset; fewer only where the file ends as it was listed.
    func read(at offset: Int64, upTo count: Int, into buffer: inout ByteBuffer) throws(ArchiveError) -> Int {
        let wanted = Int(min(Int64(count), facts.bytes - min(offset, facts.bytes)))
        var total = 0
        while total < wanted {
            let room = wanted - total
            let place = offset + Int64(total)
            let read = buffer.append(addingCapacity: room) { target in
                target.withUnsafeMutableBytes { free, initialized in
                    let read = pread(descriptor, free.baseAddress, min(free.count, room), off_t(place))
                    initialized = max(0, read)
                    return read
                }
            }
            if read < 0 {
                guard errno == EINTR else { throw .system(errno, "read", name) }
            } else if read == 0 {
                try confirmUnchanged()
                throw ArchiveError(
                    .inputOutput,
                    "\(name) could not be read to its end",
                    place: "byte \(place)",
                    fix:
                        "look whether the file is still being written or was cut, then run the same command again"
                )
            } else {
                total += read
            }
        }
        return total
    }

    /// Refuses a file that grew, shrank or was written since it was opened.
    func confirmUnchanged() throws(ArchiveError) {
        let now = try Self.facts(of: descriptor, name)
        guard now == facts else { throw .changed(name, from: facts, to: now) }
    }

    private static func facts(of descriptor: Int32, _ name: String) throws(ArchiveError) -> Facts {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno, "looked at", name) }
        return try facts(of: status, name)
    }

    /// The facts of a regular file.
    static func facts(of status: stat, _ name: String) throws(ArchiveError) -> Facts {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ArchiveError(
                .inputOutput,
                "\(name) is no regular file",
                fix: "take it out of the archive's folder"
            )
        }
        let time = status.st_mtim
        return Facts(
            bytes: Int64(status.st_size),
            modifiedNanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        )
    }
}

extension ArchiveError {
    fileprivate static func changed(
        _ name: String,
        from old: SegmentFile.Facts,
        to new: SegmentFile.Facts
    ) -> ArchiveError {
        ArchiveError(
            .changed,
            "\(name) changed while the archive was read",
            cause: old.bytes == new.bytes
                ? "its modification time is another one"
                : "it had \(grouped(old.bytes)) bytes, now it has \(grouped(new.bytes))",
            fix:
                "let the writer finish (a segment is written under another name, then renamed), and run again"
        )
    }
}
