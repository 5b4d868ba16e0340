internal import RefoldBytes

/// The registers of one aggregate as bytes: what an event says, what many say, and what a spill holds are one form.
///
/// Shape, little-endian: `keyCount: UInt32, leafCount: UInt32`, the order keys ascending (``MergeKey``), the leaves
/// ascending by field, slot and key (``Leaf``), then the text that both point at, by offset from the first byte. Source:
/// FOLD, "The rules are order-free by design".
enum MergeState {
    static let headerBytes = 8

    static func keyCount(_ state: RawSpan) -> Int {
        Int(state.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
    }

    static func leafCount(_ state: RawSpan) -> Int {
        Int(state.unsafeLoadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }

    // A state is what this process made, or what a checksum says it wrote: its counts are its own, so that the tables are
    // read without a check at each entry.

    @inline(__always)
    static func key(_ index: Int, _ state: RawSpan) -> MergeKey {
        let offset = headerBytes + index * MemoryLayout<MergeKey>.stride
        assert(offset + MemoryLayout<MergeKey>.stride <= state.byteCount)
        return state.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: MergeKey.self)
    }

    @inline(__always)
    static func leaf(_ index: Int, keys: Int, _ state: RawSpan) -> Leaf {
        let start = headerBytes + keys * MemoryLayout<MergeKey>.stride
        let offset = start + index * MemoryLayout<Leaf>.stride
        assert(offset + MemoryLayout<Leaf>.stride <= state.byteCount)
        return state.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Leaf.self)
    }
}

/// The order key of one event, and which kinds its copies had (FOLD R13, R14).
struct MergeKey: BitwiseCopyable {
    var commitTimestamp: Int64
    var commitNumber: Int64
    var sequenceNumber: Int64
    /// Offset of the transaction key, or of the identity that stands in for it.
    var nameStart: UInt32
    var nameLength: UInt32
    /// How many copies were seen; exact only where every event is combined once.
    var copies: UInt32
    var kinds: ChangeKinds
    var flags: UInt16

    /// The name is an identity; the transaction key is empty.
    static let isIdentity: UInt16 = 1
    /// A name list of an UPDATE could not be decoded.
    static let hasBitmapFailure: UInt16 = 2

    var nameRange: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameLength) }

    /// Negative, zero or positive as the first key comes before, is, or comes after the second (R14).
    static func compare(
        _ left: MergeKey,
        _ leftState: RawSpan,
        _ right: MergeKey,
        _ rightState: RawSpan
    ) -> Int {
        if left.commitTimestamp != right.commitTimestamp {
            return left.commitTimestamp < right.commitTimestamp ? -1 : 1
        }
        if left.commitNumber != right.commitNumber { return left.commitNumber < right.commitNumber ? -1 : 1 }
        let leftIsIdentity = left.flags & isIdentity != 0
        let rightIsIdentity = right.flags & isIdentity != 0
        if leftIsIdentity != rightIsIdentity { return leftIsIdentity ? -1 : 1 }
        let names = compareBytes(leftState, left.nameRange, rightState, right.nameRange)
        if !leftIsIdentity, names != 0 { return names }
        if left.sequenceNumber != right.sequenceNumber {
            return left.sequenceNumber < right.sequenceNumber ? -1 : 1
        }
        return names
    }

    static func compareBytes(
        _ left: RawSpan,
        _ leftRange: Range<Int>,
        _ right: RawSpan,
        _ rightRange: Range<Int>
    ) -> Int {
        let common = min(leftRange.count, rightRange.count)
        var offset = 0
        while offset + 8 <= common {
            let a = left.unsafeLoadUnaligned(fromByteOffset: leftRange.lowerBound + offset, as: UInt64.self)
            let b = right.unsafeLoadUnaligned(fromByteOffset: rightRange.lowerBound + offset, as: UInt64.self)
            if a != b { return a.byteSwapped < b.byteSwapped ? -1 : 1 }
            offset += 8
        }
        while offset < common {
            let a = left.unsafeLoadUnaligned(fromByteOffset: leftRange.lowerBound + offset, as: UInt8.self)
            let b = right.unsafeLoadUnaligned(fromByteOffset: rightRange.lowerBound + offset, as: UInt8.self)
            if a != b { return a < b ? -1 : 1 }
            offset += 1
        }
        return leftRange.count == rightRange.count ? 0 : leftRange.count < rightRange.count ? -1 : 1
    }
}
