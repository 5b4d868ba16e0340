package import RefoldBytes

/// What a catalog says of one segment; only the path is required, and what is given is checked.
package struct CatalogEntry: Sendable, Hashable {
    /// The path below the archive's folder.
    package var path: String
    /// The file's length.
    package var bytes: Int64?
    /// The SHA-256 of the file.
    package var sha256: Digest?
    /// The decoded length.
    package var rawBytes: Int64?
    /// Lines, blank ones too.
    package var lines: Int64?
    /// Lines that are events.
    package var events: Int64?
    /// Frames or members with content.
    package var frames: Int64?
    /// Events by entity.
    package var entities: [String: Int64]?
    /// The earliest event's time.
    package var firstTime: String?
    /// The latest event's time.
    package var lastTime: String?
    /// The least position, of formats that have integers.
    package var firstPosition: Int64?
    /// The greatest position, of formats that have integers.
    package var lastPosition: Int64?

    /// A segment of which nothing is known yet.
    package init(path: String) { self.path = path }
}
