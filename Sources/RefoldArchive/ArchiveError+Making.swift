internal import Glibc
internal import RefoldBytes

extension ArchiveError {
    /// A frame or member that cannot be read, at its place in its segment.
    static func bad(_ error: CompressionError, _ place: FramePlace) -> ArchiveError {
        let reason: Code
        let state: String
        switch error {
        case .truncated: (reason, state) = (.truncated, "ends early")
        case .checksum: (reason, state) = (.checksum, "is damaged")
        case .damaged: (reason, state) = (.damaged, "is damaged")
        case .overLimit: (reason, state) = (.overLimit, "asks for too much memory")
        case .outOfMemory: (reason, state) = (.outOfMemory, "found no memory")
        }
        return ArchiveError(
            reason,
            "\(place.unit) \(place.frame) of \(place.segment) \(state)",
            place: place.offsets,
            cause: error.cause,
            fix: fix(reason, place)
        )
    }

    private static func fix(_ reason: Code, _ place: FramePlace) -> String {
        switch reason {
        case .outOfMemory:
            "make room in memory, then run the same command again"
        case .overLimit:
            "compress the segment again, in frames of a few MiB"
        default:
            "restore the segment\(place.digestHint), then run the same command: "
                + "it goes on before this \(place.unit); or read what is whole with --salvage"
        }
    }

    /// What a failed call of the operating system on a file means.
    static func system(_ number: Int32, _ action: String, _ path: String) -> ArchiveError {
        let fault = SystemFault(number)
        let words = fault.words
        switch fault.kind {
        case .missing:
            return ArchiveError(
                .missing,
                "\(path) does not exist",
                cause: words,
                fix: "check the archive's path"
            )
        case .notPermitted:
            return ArchiveError(
                .unreadable,
                "\(path) may not be \(action)",
                cause: words,
                fix: "give the user that runs refold the right to read it"
            )
        case .exhausted:
            return ArchiveError(
                .outOfMemory,
                "\(path) could not be \(action)",
                cause: words,
                fix: "make room in memory, then run the same command again"
            )
        case .full, .other:
            return ArchiveError(
                .inputOutput,
                "\(path) could not be \(action)",
                cause: words,
                fix: "look at the disk or mount, then run the same command again"
            )
        }
    }

    /// What mends an archive that is not there.
    static let pathFix =
        "name the folder that holds the segments; a job's `archive` is relative to the job file, "
        + "one typed with --set to the folder you are in"
}

/// Where a frame lies, for messages.
struct FramePlace: Sendable {
    /// The segment's name.
    var segment: String
    /// Whether the catalog knows the segment's digest.
    var hasDigest: Bool
    /// What the unit is called.
    var unit: String
    /// The number of frames before it.
    var frame: Int
    /// Its offset in the file.
    var compressedOffset: Int64
    /// Its offset in the decoded segment, when known.
    var decodedOffset: Int64?

    var offsets: String {
        var text = "compressed byte \(grouped(compressedOffset))"
        if let decodedOffset { text += ", decompressed byte \(grouped(decodedOffset))" }
        return text
    }

    var digestHint: String { hasDigest ? " (its digest is in catalog.json)" : "" }
}
