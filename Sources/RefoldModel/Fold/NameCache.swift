package import RefoldBytes

/// One worker's view of a ``NameTable``.
package struct NameCache {
    /// A name's number beside what tells it apart: for names of at most ``NameWords/exactCount`` bytes that is all of it.
    private struct Slot: BitwiseCopyable {
        var words: NameWords
        var number: UInt32
        var isUsed: Bool
    }
    private let table: NameTable
    private var slots = [Slot](
        repeating: Slot(words: NameWords(), number: 0, isUsed: false),
        count: 256
    )
    private var names: [ByteString] = []
    private var plain: [Bool] = []
    private var used = 0

    /// A cache in front of a table.
    package init(_ table: NameTable) { self.table = table }

    /// The number of the name that stands in a text without escapes.
    ///
    /// Complexity: a few loads and one multiplication for a known name; nothing is allocated.
    package mutating func number(of text: Span<UInt8>, in range: Range<Int>) -> UInt32 {
        let words = NameWords(text, range)
        var place = Int(truncatingIfNeeded: words.hash(text, range)) & (slots.count - 1)
        while slots[place].isUsed {
            if slots[place].words == words,
                range.count <= NameWords.exactCount || isName(slots[place].number, text, in: range)
            {
                return slots[place].number
            }
            place = (place + 1) & (slots.count - 1)
        }
        return add(ByteString(copying: text, in: range))
    }

    /// The number of a name.
    package mutating func number(of name: ByteString) -> UInt32 {
        number(of: name.bytes.span, in: 0..<name.count)
    }

    /// The name of a number that this cache gave.
    package func name(_ number: UInt32) -> ByteString { names[Int(number)] }

    /// Whether a name that this cache gave can stand in a list for nothing but the field of that name: it has no dot, and
    /// does not begin like a bitmap.
    func isPlain(_ number: UInt32) -> Bool { plain[Int(number)] }

    private func isName(_ number: UInt32, _ text: Span<UInt8>, in range: Range<Int>) -> Bool {
        let name = names[Int(number)].bytes
        guard name.count == range.count else { return false }
        for offset in 0..<name.count where name[offset] != text[range.lowerBound + offset] { return false }
        return true
    }

    @inline(never)
    private mutating func add(_ name: ByteString) -> UInt32 {
        let number = table.number(of: name)
        if names.count <= Int(number) {
            names = table.names
            plain = names.map { name in
                !name.bytes.contains(UInt8(ascii: "."))
                    && !Bitmap.mayBegin(name.bytes.span, at: 0..<name.count)
            }
        }
        used += 1
        if used * 2 > slots.count { grow() }
        insert(number)
        return number
    }

    private mutating func insert(_ number: UInt32) {
        let name = names[Int(number)]
        let words = NameWords(name.bytes.span, 0..<name.count)
        let hash = words.hash(name.bytes.span, 0..<name.count)
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place].isUsed { place = (place + 1) & (slots.count - 1) }
        slots[place] = Slot(words: words, number: number, isUsed: true)
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](
            repeating: Slot(words: NameWords(), number: 0, isUsed: false),
            count: old.count * 2
        )
        for slot in old where slot.isUsed { insert(slot.number) }
    }
}

/// The beginning, middle and end of a short text as words, so that it is compared without a loop.
private struct NameWords: BitwiseCopyable, Equatable {
    /// Texts of at most so many bytes are equal when their words are.
    static let exactCount = 24
    private var head: UInt64 = 0
    private var middle: UInt64 = 0
    private var tail: UInt64 = 0
    private var count: UInt32 = 0

    init() {}

    @inline(__always)
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        count = UInt32(truncatingIfNeeded: range.count)
        let raw = text.bytes
        func word(_ offset: Int) -> UInt64 {
            raw.unsafeLoadUnaligned(fromByteOffset: range.lowerBound + offset, as: UInt64.self)
        }
        if range.count >= 8 {
            head = word(0)
            middle = range.count > 16 ? word(8) : 0
            tail = word(range.count - 8)
        } else {
            for offset in 0..<range.count { head = head << 8 | UInt64(text[range.lowerBound + offset]) }
        }
    }

    /// A hash; of a long text it takes in every byte, so that names which differ inside do not pile up.
    @inline(__always)
    func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        guard range.count <= Self.exactCount else { return KeyHash.of(text.extracting(range)) }
        let mixed = (head ^ tail &* 0x9E37_79B9_7F4A_7C15 ^ middle &+ UInt64(count))
        let (high, low) = mixed.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return high ^ low
    }

    @inline(__always)
    static func == (left: NameWords, right: NameWords) -> Bool {
        left.head == right.head && left.tail == right.tail && left.middle == right.middle
            && left.count == right.count
    }
}
