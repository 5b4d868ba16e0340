/// A buffer of plain values that a hot loop fills again and again: no reference count, no check for uniqueness.
///
/// The caller reserves room before it appends; reading behind `count` is a programming error, caught in debug builds.
/// Isolation: one owner.
struct Scratch<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 16
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// Forgets all values and makes room for that many.
    mutating func removeAll(reserving wanted: Int) {
        count = 0
        guard wanted > capacity else { return }
        base.deallocate()
        capacity = max(wanted, capacity * 2)
        base = .allocate(capacity: capacity)
    }

    /// Adds a value within the room that was reserved.
    @inline(__always)
    mutating func append(_ element: Element) {
        assert(count < capacity, "no room was reserved")
        (base + count).initialize(to: element)
        count += 1
    }

    subscript(index: Int) -> Element {
        @inline(__always)
        get {
            assert(index >= 0 && index < count)
            return base[index]
        }
        @inline(__always)
        set {
            assert(index >= 0 && index < count)
            base[index] = newValue
        }
    }

    /// Changes one value in place.
    @inline(__always)
    mutating func change(_ index: Int, _ body: (inout Element) -> Void) {
        assert(index >= 0 && index < count)
        body(&base[index])
    }
}

// The memory has one owner, the buffer, which cannot be copied: it moves from task to task as a whole.
extension Scratch: @unchecked Sendable {}
