internal import RefoldBytes
internal import RefoldModel

/// Partial states on their way to a shard, packed one behind the other.
///
/// Shape, little-endian: for each `hash: UInt64, lane: UInt32, keyLength: UInt32, stateLength: UInt32`, key, state. A spill
/// run holds the same bytes.
struct StateBatch: Sendable {
    static let headerBytes = 20
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private var hashes: [UInt64] = []

    init() {}

    /// Bytes that were read back.
    init(bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    mutating func append(lane: Int, key: Span<UInt8>, hash: UInt64, state: RawSpan) {
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(hash)
        append(UInt32(lane))
        append(UInt32(key.count))
        append(UInt32(state.byteCount))
        bytes.append(contentsOf: key, in: 0..<key.count)
        state.withUnsafeBytes { bytes.append(contentsOf: $0) }
        count += 1
        hashes.append(hash)
    }

    /// The hashes of some states, as far as there are so many; none of a batch that was read back.
    func hashes(in range: Range<Int>) -> ArraySlice<UInt64> { hashes[range.clamped(to: hashes.indices)] }

    /// Lends each state in order; false when the bytes are not such a batch.
    func lendEach(_ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) -> Void) -> Bool
    {
        let all = bytes.span
        let raw = all.bytes
        var at = 0
        while at < all.count {
            guard all.count - at >= Self.headerBytes else { return false }
            let hash = raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            let lane = Int(raw.unsafeLoadUnaligned(fromByteOffset: at + 8, as: UInt32.self))
            let keyLength = Int(raw.unsafeLoadUnaligned(fromByteOffset: at + 12, as: UInt32.self))
            let stateLength = Int(raw.unsafeLoadUnaligned(fromByteOffset: at + 16, as: UInt32.self))
            let key = at + Self.headerBytes
            guard all.count - key >= keyLength + stateLength else { return false }
            body(
                lane,
                all.extracting(key..<key + keyLength),
                hash,
                raw.extracting(key + keyLength..<key + keyLength + stateLength)
            )
            at = key + keyLength + stateLength
        }
        return true
    }
}
