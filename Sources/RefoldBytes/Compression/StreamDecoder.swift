/// What one step of a streaming decoder did.
package struct StreamStep: Sendable, Hashable {
    /// Input bytes used.
    package var consumed: Int
    /// Whether the frame or member ended, checksum verified.
    package var hasEnded: Bool
}

/// Decodes one frame or member after another, in pieces of any size.
///
/// No step reports a cut: when the input is over and the last step had not ended, the frame is truncated. That is
/// the caller's to see, who alone knows that nothing follows.
package protocol StreamDecoder: ~Copyable, Sendable {
    /// Makes ready for the next frame.
    mutating func restart() throws(CompressionError)
    /// Decodes until the input is used, the room is full or the frame ends.
    mutating func step(
        _ input: RawSpan,
        into output: inout ByteBuffer,
        room: Int
    ) throws(CompressionError) -> StreamStep
}
