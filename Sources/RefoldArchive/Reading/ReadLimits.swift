/// How much memory one frame or block may take while a segment is read.
package struct ReadLimits: Sendable, Hashable {
    /// Frames up to this decoded size are handed out whole, larger ones decoded by the reader as a stream.
    package var frameBytes = 16 << 20
    /// A streamed frame's window may be 2 to this power; 27 (128 MiB) is what zstd's own tool takes unasked.
    package var windowLog = 27
    /// The decoded size of one block of a stream.
    package var blockBytes = 2 << 20
    /// The compressed bytes read at once for a stream.
    package var inputBytes = 256 << 10

    /// The limits of a run.
    package init() {}
}
