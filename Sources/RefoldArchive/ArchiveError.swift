package import RefoldBytes

/// A failure of the archive: it is missing, damaged, not what its catalog says, or not to be read.
package struct ArchiveError: Failure {
    /// The fixed words.
    package enum Code: String, Sendable, CaseIterable {
        /// The folder, or a segment that the catalog lists, does not exist.
        case missing = "archive.missing"
        /// The permissions do not allow to read it.
        case unreadable = "archive.unreadable"
        /// The file system failed, or the file is none that can be read.
        case inputOutput = "archive.io"
        /// A frame's content differs from its checksum.
        case checksum = "archive.checksum"
        /// A frame, a member or the file ends early.
        case truncated = "archive.truncated"
        /// A frame or member is not what its format allows.
        case damaged = "archive.damaged"
        /// A frame asks for more memory than it may have.
        case overLimit = "archive.limit"
        /// There was no memory to decompress.
        case outOfMemory = "archive.memory"
        /// The catalog is not one.
        case catalog = "archive.catalog"
        /// A segment's SHA-256 is not the one of the catalog.
        case digest = "archive.digest"
        /// A segment's size, frames, bytes or lines are not those of the catalog.
        case mismatch = "archive.mismatch"
        /// A file changed while it was read.
        case changed = "archive.changed"
        /// Segments lie in the folder that the catalog does not list.
        case unlisted = "archive.unlisted"
        /// There is no segment.
        case empty = "archive.empty"
        /// A path leads out of the archive's folder.
        case outside = "archive.outside"
        /// The archive could not be written.
        case unwritable = "archive.unwritable"
        /// The disk that the archive is written to is full.
        case diskFull = "archive.disk_full"
    }

    /// The fixed word.
    package var reason: Code
    /// What went wrong.
    package var message: String
    /// The segment, frame and offset.
    package var place: String?
    /// Why.
    package var cause: String?
    /// What mends it.
    package var fix: String?

    /// All parts.
    package init(
        _ reason: Code,
        _ message: String,
        place: String? = nil,
        cause: String? = nil,
        fix: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.place = place
        self.cause = cause
        self.fix = fix
    }

    /// The fixed word as text.
    package var code: String { reason.rawValue }

    /// The kind of each word.
    package var kind: FailureKind {
        switch reason {
        case .unreadable, .unwritable: .notPermitted
        case .outOfMemory, .diskFull: .localExhausted
        case .changed: .moved
        case .missing, .inputOutput, .checksum, .truncated, .damaged, .overLimit, .catalog, .digest,
            .mismatch,
            .unlisted, .empty, .outside:
            .archiveRefused
        }
    }
}
