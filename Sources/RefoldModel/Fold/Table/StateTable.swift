internal import RefoldBytes

/// The partial states of many aggregates, found by key: a shard's memory.
///
/// A state that comes in is only laid behind the aggregate's own, where there is room; when there is none, all that wait
/// are joined at once. So most events cost one copy, and an aggregate's registers are written anew every few events.
/// Isolation: one owner. Complexity: one probe per absorbed state, one join per aggregate and doubling.
package struct StateTable: ~Copyable {
    /// What lies before an entry's key and state.
    struct Header: BitwiseCopyable {
        var hash: UInt64
        var capacity: UInt32
        var keyLength: UInt32
        var stateLength: UInt32
        /// Bytes of states that wait behind the own one, each after its length (`UInt32`).
        var waitingLength: UInt32 = 0
        var lane: UInt16
        /// Changed since the last checkpoint.
        var isChanged: Bool

        /// Where the state begins.
        var stateStart: Int { MemoryLayout<Header>.stride + Int(keyLength) }
        /// Where the states that wait begin.
        var waitingStart: Int { stateStart + Int(stateLength) }
        /// Where the free room begins.
        var end: Int { waitingStart + Int(waitingLength) }
    }
    private struct Slot: BitwiseCopyable {
        var hash: UInt64
        var place: StateArena.Reference

        static let empty = Slot(hash: 0, place: .init(chunk: .max, offset: 0))
        var isUsed: Bool { place.chunk != .max }
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
        slots = [Slot](repeating: Slot.empty, count: 64)
    }

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
                slots[index].place = add(state, to: slots[index].place)
                return
            }
            index = (index + 1) & (slots.count - 1)
        }
        guard state.byteCount <= limit else { return noteOvergrown(key) }
        let place = insert(lane: lane, key: key, hash: hash, state: state)
        slots[index] = Slot(hash: hash, place: place)
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
    package mutating func lendEach<E: Error>(
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        for index in slots.indices where slots[index].isUsed { try lend(slots[index].place, body) }
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

    /// Lends one aggregate, all that waited joined.
    package mutating func lend<E: Error>(
        _ place: SortedPlace,
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        try lend(place.place, body)
    }

    private mutating func lend<E: Error>(
        _ place: StateArena.Reference,
        _ body: (_ lane: Int, _ key: Span<UInt8>, _ hash: UInt64, _ state: RawSpan) throws(E) -> Void
    ) throws(E) {
        settle(place)
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
            slots = [Slot](repeating: Slot.empty, count: 64)
        } else {
            for index in slots.indices { slots[index] = Slot.empty }
        }
    }

    // MARK: - Entries

    private mutating func noteOvergrown(_ key: Span<UInt8>) {
        var bytes: [UInt8] = []
        bytes.append(contentsOf: key, in: 0..<key.count)
        overgrown = overgrown ?? bytes
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
        UnsafeRawBufferPointer(start: address + header.stateStart, count: Int(header.stateLength))
    }

    /// Room behind a state for those that will wait.
    private static func room(behind bytes: Int) -> Int { max(bytes / 4 * 3, 448) }

    private mutating func insert(
        lane: Int,
        key: Span<UInt8>,
        hash: UInt64,
        state: RawSpan
    ) -> StateArena.Reference {
        var header = Header(
            hash: hash,
            capacity: 0,
            keyLength: UInt32(key.count),
            stateLength: UInt32(state.byteCount),
            lane: UInt16(lane),
            isChanged: true
        )
        let (place, capacity) = arena.allocate(header.end + Self.room(behind: state.byteCount))
        header.capacity = UInt32(capacity)
        let address = arena.address(place)
        address.storeBytes(of: header, as: Header.self)
        key.bytes.withUnsafeBytes { Self.copy($0, to: address + MemoryLayout<Header>.stride) }
        state.withUnsafeBytes { Self.copy($0, to: address + header.stateStart) }
        return place
    }

    /// Lays a state behind an entry's own, or joins all when there is no room; answers where the entry is now.
    private mutating func add(_ state: RawSpan, to place: StateArena.Reference) -> StateArena.Reference {
        let address = arena.address(place)
        var header = address.load(as: Header.self)
        let whole = MemoryLayout<UInt32>.size + state.byteCount
        header.isChanged = true
        let joinedAtMost = header.end - header.stateStart + state.byteCount
        if header.end + whole <= Int(header.capacity), joinedAtMost <= limit {
            (address + header.end).storeBytes(of: UInt32(state.byteCount), as: UInt32.self)
            state.withUnsafeBytes { Self.copy($0, to: address + header.end + MemoryLayout<UInt32>.size) }
            header.waitingLength += UInt32(whole)
            address.storeBytes(of: header, as: Header.self)
            return place
        }
        settle(place)
        header = address.load(as: Header.self)
        guard Int(header.stateLength) + state.byteCount <= limit else {
            noteOvergrown(Span(_unsafeElements: Self.keyBytes(address, header)))
            return place
        }
        let wanted = header.end + whole
        header.isChanged = true
        if wanted + Self.room(behind: Int(header.stateLength)) / 2 <= Int(header.capacity) {
            address.storeBytes(of: header, as: Header.self)
            return add(state, to: place)
        }
        let old = Int(header.capacity)
        let (moved, capacity) = arena.allocate(wanted + Self.room(behind: Int(header.stateLength)))
        header.capacity = UInt32(capacity)
        let target = arena.address(moved)
        Self.copy(UnsafeRawBufferPointer(start: address, count: header.end), to: target)
        target.storeBytes(of: header, as: Header.self)
        arena.release(place, capacity: old)
        return add(state, to: moved)
    }

    /// Joins what waits behind an entry's state; a join is never larger than its parts, so it has room where they were.
    private mutating func settle(_ place: StateArena.Reference) {
        let address = arena.address(place)
        var header = address.load(as: Header.self)
        guard header.waitingLength > 0 else { return }
        let waiting = UnsafeRawBufferPointer(
            start: address + header.waitingStart,
            count: Int(header.waitingLength)
        )
        combiner.combine(
            kinds[Int(header.lane)],
            Self.stateBytes(address, header).bytes,
            waiting: waiting.bytes
        ) { joined in
            header.stateLength = UInt32(joined.byteCount)
            header.waitingLength = 0
            joined.withUnsafeBytes { Self.copy($0, to: address + header.stateStart) }
        }
        address.storeBytes(of: header, as: Header.self)
    }

    private static func copy(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        guard let source = bytes.baseAddress else { return }
        target.copyMemory(from: source, byteCount: bytes.count)
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot.empty, count: old.count * 2)
        for slot in old where slot.isUsed {
            var index = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
            while slots[index].isUsed { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}

// The table's memory has one owner, the table, which cannot be copied: it moves from task to task as a whole.
extension StateTable: @unchecked Sendable {}
