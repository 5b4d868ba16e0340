package import RefoldBytes

/// What a full reading of one segment found.
package struct SegmentReport: Sendable {
    /// The segment.
    package var segment: Segment
    /// Frames or members that are whole.
    package var frames: Int64 = 0
    /// Decoded bytes of whole frames.
    package var rawBytes: Int64 = 0
    /// Lines in whole frames, blank ones and a last one without line feed too.
    package var lines: Int64 = 0
    /// The SHA-256 of the file; nil when the file could not be read.
    package var sha256: Digest?
    /// Frames in the seek table at the file's end, when there is a valid one.
    package var seekTableFrames: Int?
    /// Everything that is wrong, damage first.
    package var problems: [ArchiveError] = []
}
