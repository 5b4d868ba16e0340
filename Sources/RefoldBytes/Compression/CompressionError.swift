/// Why compressed bytes could not be read.
///
/// A fact about bytes without a place: the room that knows file, frame and offset makes a ``Failure`` of it.
package enum CompressionError: Error, Sendable, Hashable {
    /// The bytes end before the frame or member does.
    case truncated(String)
    /// The content differs from the checksum stored with it.
    case checksum(String)
    /// The bytes are not what the format allows.
    case damaged(String)
    /// The bytes ask for more memory than they may have.
    case overLimit(String)
    /// The library found no memory.
    case outOfMemory

    /// The reason in words.
    package var cause: String {
        switch self {
        case .truncated(let text), .checksum(let text), .damaged(let text), .overLimit(let text): text
        case .outOfMemory: "no memory for the decompressor"
        }
    }
}
