package import RefoldModel

/// One segment, told from another of the same path: by its digest with a catalog, else by size, time and its ends.
package struct SegmentIdentity: Sendable, Hashable {
    /// The path within the archive.
    package var path: String
    /// Its size as stored.
    package var bytes: Int
    /// The digest that tells it from another version of itself, hexadecimal.
    package var digest: String

    /// All parts.
    package init(path: String, bytes: Int, digest: String) {
        self.path = path
        self.bytes = bytes
        self.digest = digest
    }
}

/// What an archive holds, without reading it.
package struct ArchiveListing: Sendable, Hashable {
    /// The segments that a run would read, by path.
    package var segments: [SegmentIdentity]
    /// Paths in the folder that the catalog does not list.
    package var unlisted: [String]
    /// Whether there is a catalog.
    package var hasCatalog: Bool
    /// Events by the catalog, when it says so for every segment.
    package var events: Int?
    /// Decompressed bytes by the catalog, when it says so for every segment.
    package var rawBytes: Int?

    /// All parts.
    package init(
        segments: [SegmentIdentity],
        unlisted: [String] = [],
        hasCatalog: Bool = false,
        events: Int? = nil,
        rawBytes: Int? = nil
    ) {
        self.segments = segments
        self.unlisted = unlisted
        self.hasCatalog = hasCatalog
        self.events = events
        self.rawBytes = rawBytes
    }

    /// One sentence for each compressed segment without bytes.
    ///
    /// It has no lines (FOLD R1), and is what an upload leaves behind that was cut off at once.
    var emptyWarnings: [String] {
        segments.filter { $0.bytes == 0 && ($0.path.hasSuffix(".zst") || $0.path.hasSuffix(".gz")) }.map {
            "segment \($0.path) has no bytes: it counts as one without lines; was its upload cut off?"
        }
    }

    /// Bytes of all segments as stored.
    package var storedBytes: Int { segments.reduce(0) { $0.addingReportingOverflow($1.bytes).partialValue } }
}

/// Lists an archive.
package protocol ArchiveLister: Sendable {
    /// Throws `archiveRefused` when there is no archive, or it has unlisted segments and they are refused.
    func list(_ archive: ArchiveReference) async throws(PipelineError) -> ArchiveListing
}
