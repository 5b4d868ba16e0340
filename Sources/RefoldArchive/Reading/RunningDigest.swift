internal import RefoldBytes

/// The SHA-256 of a file in the making, fed in file order; bytes that come again count once.
struct RunningDigest: ~Copyable, Sendable {
    private var hash: SHA256?
    private var end: Int64 = 0

    /// A digest, or none when nobody asks for it.
    init(isWanted: Bool) { hash = isWanted ? SHA256() : nil }

    /// Adds what of these bytes lies behind those already added.
    mutating func add(_ bytes: RawSpan, at offset: Int64) {
        let known = end - offset
        guard known >= 0, known < Int64(bytes.byteCount) else { return }
        hash?.update(bytes.extracting(Int(known)..<bytes.byteCount))
        end = offset + Int64(bytes.byteCount)
    }

    /// The offset up to which all bytes were added.
    var reach: Int64 { end }

    /// Whether a digest is made.
    var isWanted: Bool { hash != nil }

    /// Ends the digest; nil when none was wanted.
    mutating func finish() -> Digest? {
        guard let hash = hash.take() else { return nil }
        return hash.finish()
    }
}
