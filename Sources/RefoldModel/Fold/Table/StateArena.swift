internal import RefoldBytes

/// Storage for entries of any size that grow and shrink: chunks that are never moved, cut into size classes.
///
/// An entry that outgrows its class moves to a larger one and its place is used again. Classes are a quarter apart, so
/// at most a fifth of the bytes in use is slack.
/// Isolation: one owner. Complexity: constant per allocation.
struct StateArena: ~Copyable {
    /// Where an entry lies: chunk and offset.
    struct Reference: Equatable {
        var chunk: UInt32
        var offset: UInt32
    }
    private struct Chunk {
        var base: UnsafeMutableRawPointer
        var byteCount: Int
    }
    private let chunkBytes: Int
    private var chunks: [Chunk] = []
    private var current = 0
    private var used = 0
    /// Places to use again, by size class.
    private var free: [[Reference]] = []
    /// Bytes of all chunks.
    private(set) var byteCount = 0

    init(chunkBytes: Int) { self.chunkBytes = chunkBytes }

    deinit {
        for chunk in chunks { chunk.base.deallocate() }
    }

    /// Class and capacity for an entry of that many bytes.
    static func capacity(for bytes: Int) -> (sizeClass: Int, bytes: Int) {
        var capacity = 128
        var sizeClass = 0
        while capacity < bytes {
            capacity = (capacity + capacity / 4 + 15) & ~15
            sizeClass += 1
        }
        return (sizeClass, capacity)
    }

    /// A place for that many bytes, and how many fit there.
    mutating func allocate(_ bytes: Int) -> (Reference, capacity: Int) {
        let (sizeClass, capacity) = Self.capacity(for: bytes)
        if sizeClass < free.count, let place = free[sizeClass].popLast() { return (place, capacity) }
        if capacity > chunkBytes {
            addChunk(capacity)
            let place = Reference(chunk: UInt32(chunks.count - 1), offset: 0)
            return (place, capacity)
        }
        if chunks.isEmpty || used + capacity > chunks[current].byteCount {
            addChunk(chunkBytes)
            current = chunks.count - 1
            used = 0
        }
        let place = Reference(chunk: UInt32(current), offset: UInt32(used))
        used += capacity
        return (place, capacity)
    }

    /// Gives a place back.
    mutating func release(_ place: Reference, capacity: Int) {
        let sizeClass = Self.capacity(for: capacity).sizeClass
        while free.count <= sizeClass { free.append([]) }
        free[sizeClass].append(place)
    }

    /// Forgets all entries; the first chunk stays for the next ones.
    mutating func removeAll() {
        while chunks.count > 1, let last = chunks.popLast() {
            byteCount -= last.byteCount
            last.base.deallocate()
        }
        if let only = chunks.first, only.byteCount != chunkBytes {
            only.base.deallocate()
            chunks = []
            byteCount = 0
        }
        for sizeClass in free.indices { free[sizeClass].removeAll(keepingCapacity: true) }
        current = 0
        used = 0
    }

    /// The address of an entry; it stays valid until the entry is released.
    func address(_ place: Reference) -> UnsafeMutableRawPointer {
        chunks[Int(place.chunk)].base + Int(place.offset)
    }

    private mutating func addChunk(_ bytes: Int) {
        chunks.append(Chunk(base: .allocate(byteCount: bytes, alignment: 16), byteCount: bytes))
        byteCount += bytes
    }
}
