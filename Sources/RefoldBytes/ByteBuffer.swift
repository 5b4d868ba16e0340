/// The sole owner of a run of raw bytes, with zeroed padding behind them.
///
/// Parsers that read in wide registers may look up to ``padding`` bytes past the end; those bytes exist and are
/// zero. The storage grows, never shrinks, and is kept by ``removeAll()``, so a buffer in a loop allocates only
/// until it has met its largest content.
package struct ByteBuffer: ~Copyable {
    /// The zeroed bytes behind the content.
    package static let padding = 64

    /// The number of bytes held.
    package private(set) var count = 0
    /// The number of bytes that fit without another allocation.
    package private(set) var capacity: Int
    private var base: UnsafeMutableRawPointer

    /// An empty buffer with room for that many bytes.
    package init(capacity: Int = 0) {
        self.capacity = max(0, capacity)
        base = .allocate(byteCount: self.capacity + Self.padding, alignment: Self.padding)
        zeroPadding()
    }

    /// A copy of the bytes.
    package init(copying bytes: RawSpan) {
        self.init(capacity: bytes.byteCount)
        append(bytes)
    }

    /// A copy of the bytes.
    package init(copying bytes: [UInt8]) {
        self.init(copying: bytes.span.bytes)
    }

    deinit { base.deallocate() }

    /// Whether no bytes are held.
    package var isEmpty: Bool { count == 0 }

    /// Makes room for that many bytes in all.
    ///
    /// Complexity: copies the content when the storage has to grow.
    package mutating func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        let larger = UnsafeMutableRawPointer.allocate(
            byteCount: wanted + Self.padding,
            alignment: Self.padding
        )
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
        capacity = wanted
        zeroPadding()
    }

    /// Forgets the content and keeps the storage.
    package mutating func removeAll() {
        count = 0
        zeroPadding()
    }

    /// Forgets what lies behind the first bytes; a longer length changes nothing.
    package mutating func truncate(to length: Int) {
        guard length >= 0, length < count else { return }
        count = length
        zeroPadding()
    }

    /// Copies the bytes to the end.
    package mutating func append(_ bytes: RawSpan) {
        growByDoubling(toHold: count + bytes.byteCount)
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            (base + count).copyMemory(from: start, byteCount: source.count)
        }
        advance(by: bytes.byteCount)
    }

    /// Copies the bytes to the end.
    package mutating func append(_ bytes: [UInt8]) {
        append(bytes.span.bytes)
    }

    /// Lends room behind the content to a writer and keeps what it wrote, also when it throws.
    package mutating func append<R: ~Copyable, E: Error>(
        addingCapacity room: Int,
        initializingWith body: (inout OutputRawSpan) throws(E) -> R
    ) throws(E) -> R {
        reserve(count + max(0, room))
        let free = UnsafeMutableRawBufferPointer(start: base + count, count: max(0, room))
        // The span covers storage that this buffer owns; it ends before the buffer can change.
        var output = OutputRawSpan(buffer: free, initializedCount: 0)
        do throws(E) {
            let result = try body(&output)
            advance(by: output.finalize(for: free))
            return result
        } catch {
            advance(by: output.finalize(for: free))
            throw error
        }
    }

    /// Lends the bytes; ``padding`` zero bytes lie behind them.
    package func withBytes<R: ~Copyable, E: Error>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// Lends the bytes for changes in place.
    package mutating func withMutableBytes<R: ~Copyable, E: Error>(
        _ body: (inout MutableRawSpan) throws(E) -> R
    ) throws(E) -> R {
        var span = UnsafeMutableRawBufferPointer(start: base, count: count).mutableBytes
        return try body(&span)
    }

    /// A copy of the bytes as an array.
    package func array() -> [UInt8] {
        withBytes { span in span.withUnsafeBytes { Array($0) } }
    }

    private mutating func growByDoubling(toHold wanted: Int) {
        guard wanted > capacity else { return }
        reserve(max(wanted, capacity * 2))
    }

    private mutating func advance(by written: Int) {
        count += written
        zeroPadding()
    }

    private mutating func zeroPadding() {
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: Self.padding)
    }
}

// The pointer has one owner, the buffer, which cannot be copied: it moves from task to task as a whole.
extension ByteBuffer: @unchecked Sendable {}
