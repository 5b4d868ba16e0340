internal import RefoldBytes

/// The partial states of many aggregates, found by key: a shard's whole memory, and a frame's before it is routed.
///
/// Isolation: one owner. Complexity: one probe and one join per absorbed state.
package struct StateTable: ~Copyable {
    /// What lies before an entry's key and state.
    struct Header: BitwiseCopyable {
        var hash: UInt64
        var capacity: UInt32
        var keyLength: UInt32
        var stateLength: UInt32
        var lane: UInt16
        /// Changed since the last checkpoint.
        var isChanged: Bool
        var unused: UInt8 = 0
    }
    private struct Slot {
        var hash: UInt64
        var place: StateArena.Reference
        var isUsed: Bool
    }
    private let kinds: [StateKind]
    private let limit: Int
    private var combiner = StateCombiner()
    private var arena: StateArena
    private var slots: [Slot]
    /// The number of aggregates.
    package private(set) var count = 0
    /// The key of the first aggregate whose state would have outgrown ``largestState``; what it lost makes all void.
    package private(set) var overgrown: [UInt8]?

    /// Bytes of the largest state: offsets within one have 32 bits.
    package static let largestState = 1 << 30

    /// An empty table for lanes of these kinds.
    package init(kinds: [StateKind], chunkBytes: Int = 1 << 20, limit: Int = largestState) {
        self.kinds = kinds
        self.limit = limit
        arena = StateArena(chunkBytes: chunkBytes)
        slots = [Slot](repeating: Self.empty, count: 64)
    }

    private static let empty = Slot(hash: 0, place: .init(chunk: 0, offset: 0), isUsed: false)

    /// Bytes held.
    package var byteCount: Int { arena.byteCount + slots.count * MemoryLayout<Slot>.stride }

    /// The hash of an aggregate; the shard follows from it.
    package static func hash(lane: Int, key: Span<UInt8>) -> UInt64 {
        KeyHash.of(key) ^ UInt64(truncatingIfNeeded: lane) &* 0xD6E8_FEB8_6659_FD93
    }

    /// The shard of a hash among so many.
    package static func shard(of hash: UInt64, among count: Int) -> Int {
        Int(hash.multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Joins a partial state into the aggregate's.
    package mutating func absorb(lane: Int, key: Span<UInt8>, hash: UInt64, state: RawSpan) {
        if (count + 1) * 4 > slots.count * 3 { grow() }
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[index].isUsed {
            if slots[index].hash == hash, isEntry(slots[index].place, lane, key) {
                guard fits(slots[index].place, state, key) else { return }
                slots[index].place = join(slots[index].place, kinds[lane], state)
                return
            }
            index = (index + 1) & (slots.count - 1)
        }
        guard fits(nil, state, key) else { return }
        let place = insert(lane: lane, key: key, hash: hash, state: state)
        slots[index] = Slot(hash: hash, place: place, isUsed: true)
        count += 1
    }

    /// Brings the entries of aggregates that come soon into the core's cache; answers something that depends on them.
    ///
    /// Entries lie anywhere in memory: looked at one by one each costs a wait, looked at together they come at once.
    package func warm(_ hashes: ArraySlice<UInt64>) -> UInt64 {
        var sum: UInt64 = 0
        for hash in hashes {
            let slot = slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]
            guard slot.isUsed else { continue }
            let address = UnsafeRawPointer(arena.address(slot.place))
            // The smallest entry has 128 bytes, so this stays within it.
            sum &+= address.load(fromByteOffset: 0, as: UInt64.self)
            sum &+= address.load(fromByteOffset: 64, as: UInt64.self)
        }
        return sum
    }

    /// Joins a partial state into the aggregate's.
    package mutating func absorb(lane: Int, key: [UInt8], state: [UInt8]) {
        absorb(lane: lane, key: key.span, hash: Self.hash(lane: lane, key: key.span), state: state.span.bytes)
    }

    /// Lends every aggregate in no order: lane, key, hash and state.
    package func lendEach<E: Error>(
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        for slot in slots where slot.isUsed { try lend(slot.place, body) }
    }

    /// The places of all aggregates, or of those changed since the last such call, by hash and key.
    ///
    /// They stay true until the table changes. Complexity: a sort of the places.
    package mutating func sortedPlaces(changedOnly: Bool = false) -> [SortedPlace] {
        var places: [SortedPlace] = []
        for slot in slots where slot.isUsed {
            if changedOnly {
                let address = arena.address(slot.place)
                var header = address.load(as: Header.self)
                guard header.isChanged else { continue }
                header.isChanged = false
                address.storeBytes(of: header, as: Header.self)
            }
            places.append(SortedPlace(hash: slot.hash, place: slot.place))
        }
        places.sort { left, right in
            left.hash == right.hash ? keyPrecedes(left.place, right.place) : left.hash < right.hash
        }
        return places
    }

    /// An aggregate's place in the order of ``sortedPlaces(changedOnly:)``.
    package struct SortedPlace: Sendable {
        var hash: UInt64
        var place: StateArena.Reference
    }

    /// Lends one aggregate.
    package func lend<E: Error>(
        _ place: SortedPlace,
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        try lend(place.place, body)
    }

    private func lend<E: Error>(
        _ place: StateArena.Reference,
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        let address = arena.address(place)
        let header = address.load(as: Header.self)
        // The entry stays where it is during the call: this table cannot change while it is lent.
        try body(
            Int(header.lane),
            Span(_unsafeElements: Self.keyBytes(address, header)),
            header.hash,
            Self.stateBytes(address, header).bytes
        )
    }

    private func keyPrecedes(_ left: StateArena.Reference, _ right: StateArena.Reference) -> Bool {
        let ours = Self.keyBytes(arena.address(left), arena.address(left).load(as: Header.self))
        let theirs = Self.keyBytes(arena.address(right), arena.address(right).load(as: Header.self))
        return ours.lexicographicallyPrecedes(theirs)
    }

    private static func keyBytes(
        _ address: UnsafeMutableRawPointer,
        _ header: Header
    ) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(
            start: (address + MemoryLayout<Header>.stride).assumingMemoryBound(to: UInt8.self),
            count: Int(header.keyLength)
        )
    }

    /// Forgets all aggregates and keeps some memory for the next.
    package mutating func removeAll() {
        arena.removeAll()
        count = 0
        if slots.count > 1 << 16 {
            slots = [Slot](repeating: Self.empty, count: 64)
        } else {
            for index in slots.indices { slots[index] = Self.empty }
        }
    }

    // MARK: - Entries

    /// Whether a state, joined into the entry, stays within its largest size; the join is at most the sum.
    private mutating func fits(_ place: StateArena.Reference?, _ state: RawSpan, _ key: Span<UInt8>) -> Bool {
        let own = place.map { Int(arena.address($0).load(as: Header.self).stateLength) } ?? 0
        guard own + state.byteCount > limit else { return true }
        var bytes: [UInt8] = []
        bytes.append(contentsOf: key, in: 0..<key.count)
        overgrown = overgrown ?? bytes
        return false
    }

    private func isEntry(_ place: StateArena.Reference, _ lane: Int, _ key: Span<UInt8>) -> Bool {
        let address = arena.address(place)
        let header = address.load(as: Header.self)
        guard header.lane == UInt16(lane), Int(header.keyLength) == key.count else { return false }
        let own = UnsafeRawBufferPointer(start: address + MemoryLayout<Header>.stride, count: key.count)
        return MergeKey.compareBytes(own.bytes, 0..<key.count, key.bytes, 0..<key.count) == 0
    }

    private static func stateBytes(
        _ address: UnsafeMutableRawPointer,
        _ header: Header
    ) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: address + MemoryLayout<Header>.stride + Int(header.keyLength),
            count: Int(header.stateLength)
        )
    }

    private mutating func insert(
        lane: Int,
        key: Span<UInt8>,
        hash: UInt64,
        state: RawSpan
    ) -> StateArena.Reference {
        let fixed = MemoryLayout<Header>.stride + key.count
        let (place, capacity) = arena.allocate(fixed + state.byteCount)
        let address = arena.address(place)
        let header = Header(
            hash: hash,
            capacity: UInt32(capacity),
            keyLength: UInt32(key.count),
            stateLength: UInt32(state.byteCount),
            lane: UInt16(lane),
            isChanged: true
        )
        address.storeBytes(of: header, as: Header.self)
        key.bytes.withUnsafeBytes { Self.copy($0, to: address + MemoryLayout<Header>.stride) }
        state.withUnsafeBytes { Self.copy($0, to: address + fixed) }
        return place
    }

    /// Joins a state into an entry and answers where the entry is now.
    private mutating func join(
        _ place: StateArena.Reference,
        _ kind: StateKind,
        _ state: RawSpan
    ) -> StateArena.Reference {
        let address = arena.address(place)
        var header = address.load(as: Header.self)
        let fixed = MemoryLayout<Header>.stride + Int(header.keyLength)
        header.isChanged = true
        return combiner.combine(kind, Self.stateBytes(address, header).bytes, state, into: &arena) {
            joined,
            arena in
            header.stateLength = UInt32(joined.byteCount)
            if fixed + joined.byteCount <= Int(header.capacity) {
                address.storeBytes(of: header, as: Header.self)
                joined.withUnsafeBytes { Self.copy($0, to: address + fixed) }
                return place
            }
            let old = Int(header.capacity)
            let (moved, capacity) = arena.allocate(fixed + joined.byteCount)
            header.capacity = UInt32(capacity)
            let target = arena.address(moved)
            Self.copy(UnsafeRawBufferPointer(start: address, count: fixed), to: target)
            target.storeBytes(of: header, as: Header.self)
            joined.withUnsafeBytes { Self.copy($0, to: target + fixed) }
            arena.release(place, capacity: old)
            return moved
        }
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        guard let source = bytes.baseAddress else { return }
        target.copyMemory(from: source, byteCount: bytes.count)
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Self.empty, count: old.count * 2)
        for slot in old where slot.isUsed {
            var index = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
            while slots[index].isUsed { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}

extension MergeCombiner {
    /// Joins the state made last into an aggregate's.
    package func absorbOutput(into table: inout StateTable, lane: Int, key: [UInt8]) {
        let hash = StateTable.hash(lane: lane, key: key.span)
        withOutput { state in table.absorb(lane: lane, key: key.span, hash: hash, state: state) }
    }
}

// The table's memory has one owner, the table, which cannot be copied: it moves from task to task as a whole.
extension StateTable: @unchecked Sendable {}
