package import RefoldBytes
internal import Synchronization

/// Field and entity names of a run as small numbers, shared by all workers.
///
/// Isolation: a lock around the shared table; each worker asks its own ``NameCache`` first, so the lock is taken once
/// for each new name and worker.
package final class NameTable: Sendable {
    private struct Names {
        var numbers: [ByteString: UInt32] = [:]
        var names: [ByteString] = []
    }
    private let shared = Mutex(Names())

    /// An empty table.
    package init() {}

    /// The number of a name; a new name gets the next.
    package func number(of name: ByteString) -> UInt32 {
        shared.withLock { table in
            if let known = table.numbers[name] { return known }
            let new = UInt32(table.names.count)
            table.names.append(name)
            table.numbers[name] = new
            return new
        }
    }

    /// All names in the order of their numbers.
    package var names: [ByteString] { shared.withLock { $0.names } }
}

/// One worker's view of a ``NameTable``.
package struct NameCache {
    private struct Slot {
        var hash: UInt64
        var number: UInt32
        var isUsed: Bool
    }
    private let table: NameTable
    private var slots = [Slot](repeating: Slot(hash: 0, number: 0, isUsed: false), count: 256)
    private var names: [ByteString] = []
    private var used = 0

    /// A cache in front of a table.
    package init(_ table: NameTable) { self.table = table }

    /// The number of the name that stands in a text without escapes.
    ///
    /// Complexity: one hash and one comparison for a known name; nothing is allocated.
    package mutating func number(of text: Span<UInt8>, in range: Range<Int>) -> UInt32 {
        let hash = KeyHash.of(text.extracting(range))
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place].isUsed {
            if slots[place].hash == hash, isName(slots[place].number, text, in: range) {
                return slots[place].number
            }
            place = (place + 1) & (slots.count - 1)
        }
        return add(ByteString(copying: text, in: range), hash: hash)
    }

    /// The number of a name.
    package mutating func number(of name: ByteString) -> UInt32 {
        number(of: name.bytes.span, in: 0..<name.count)
    }

    /// The name of a number that this cache gave.
    package func name(_ number: UInt32) -> ByteString { names[Int(number)] }

    private func isName(_ number: UInt32, _ text: Span<UInt8>, in range: Range<Int>) -> Bool {
        let name = names[Int(number)].bytes
        guard name.count == range.count else { return false }
        for offset in 0..<name.count where name[offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    private mutating func add(_ name: ByteString, hash: UInt64) -> UInt32 {
        let number = table.number(of: name)
        if names.count <= Int(number) { names = table.names }
        used += 1
        if used * 2 > slots.count { grow() }
        insert(Slot(hash: hash, number: number, isUsed: true))
        return number
    }

    private mutating func insert(_ slot: Slot) {
        var place = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
        while slots[place].isUsed { place = (place + 1) & (slots.count - 1) }
        slots[place] = slot
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(hash: 0, number: 0, isUsed: false), count: old.count * 2)
        for slot in old where slot.isUsed { insert(slot) }
    }
}

/// A hash of bytes that is the same in every process: shards, spills and resumes depend on it.
package enum KeyHash {
    /// Mixes eight bytes at a time; the last step spreads all bits.
    package static func of(_ bytes: Span<UInt8>) -> UInt64 {
        let raw = bytes.bytes
        let count = raw.byteCount
        var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var at = 0
        while at + 8 <= count {
            hash = mix(hash ^ raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        if at < count {
            var last: UInt64 = 0
            while at < count {
                last = last << 8 | UInt64(bytes[at])
                at += 1
            }
            hash = mix(hash ^ last)
        }
        return mix(hash)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return high ^ low ^ (value &>> 29)
    }
}
