internal import RefoldBytes

/// Partial states on their way to a shard, packed one behind the other.
///
/// Shape, little-endian: for each `hash: UInt64, lane: UInt32, keyLength: UInt32, stateLength: UInt32`, key, state. A spill
/// run holds the same bytes.
package struct StateBatch: Sendable {
    /// Bytes before a state's key.
    private static let headerBytes = 20
    /// As long as its capacity; what counts are the first ``byteCount`` bytes.
    private var storage: [UInt8] = []
    /// Bytes of all states.
    package private(set) var byteCount = 0
    /// The number of states.
    package private(set) var count = 0
    private var hashes: [UInt64] = []

    /// No states.
    package init() {}

    /// Bytes that were read back.
    package init(bytes: [UInt8], count: Int) {
        storage = bytes
        byteCount = bytes.count
        self.count = count
    }

    /// Lends the bytes.
    package func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(storage.span.bytes.extracting(first: byteCount))
    }

    /// Forgets all states and keeps the storage.
    package mutating func removeAll() {
        byteCount = 0
        count = 0
        hashes.removeAll(keepingCapacity: true)
    }

    /// Copies a state to the end.
    package mutating func append(lane: Int, key: Span<UInt8>, hash: UInt64, state: RawSpan) {
        append(lane: lane, key: key, hash: hash, stateBytes: state.byteCount) { target in
            state.withUnsafeBytes { target.copyMemory(from: $0) }
        }
    }

    /// Makes room for a state of that many bytes at the end and lends it to be filled.
    @inline(__always)
    mutating func append(
        lane: Int,
        key: Span<UInt8>,
        hash: UInt64,
        stateBytes: Int,
        fill: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        let whole = Self.headerBytes + key.count + stateBytes
        if storage.count < byteCount + whole { grow(byteCount + whole) }
        let start = byteCount
        storage.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: hash, toByteOffset: start, as: UInt64.self)
            bytes.storeBytes(of: UInt32(lane), toByteOffset: start + 8, as: UInt32.self)
            bytes.storeBytes(of: UInt32(key.count), toByteOffset: start + 12, as: UInt32.self)
            bytes.storeBytes(of: UInt32(stateBytes), toByteOffset: start + 16, as: UInt32.self)
            let keyStart = start + Self.headerBytes
            let stateStart = keyStart + key.count
            key.withUnsafeBytes { key in
                UnsafeMutableRawBufferPointer(rebasing: bytes[keyStart..<stateStart]).copyMemory(from: key)
            }
            fill(UnsafeMutableRawBufferPointer(rebasing: bytes[stateStart..<start + whole]))
        }
        byteCount += whole
        count += 1
        hashes.append(hash)
    }

    private mutating func grow(_ wanted: Int) {
        let more = max(wanted, storage.count * 2, 1 << 12) - storage.count
        storage.append(contentsOf: repeatElement(0, count: more))
    }

    /// The hashes of some states, as far as there are so many; none of a batch that was read back.
    package func hashes(in range: Range<Int>) -> ArraySlice<UInt64> {
        hashes[range.clamped(to: hashes.indices)]
    }

    /// Lends each state in order; false when the bytes are not such a batch.
    package func lendEach(
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) -> Void
    ) -> Bool {
        let raw = storage.span.bytes.extracting(first: byteCount)
        let all = storage.span.extracting(first: byteCount)
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
