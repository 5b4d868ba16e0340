internal import RefoldBytes

/// A header's list of names, its bitmaps decoded (FOLD R22), as numbers of a ``NameCache``.
///
/// The buffer is filled again for each event.
struct ChangedNames {
    /// `F`, or `F.c`.
    struct Name {
        var field: UInt32
        /// ``whole`` when the name is the field's.
        var component: UInt32

        static let whole = UInt32.max
    }
    /// The names as listed; empty when the header has no such list.
    private(set) var names: [Name] = []
    /// An entry could not be decoded: the list says nothing.
    private(set) var isUndecodable = false

    /// Reads the list at a node; `schema` is the payload when the order of its members is the schema's.
    ///
    /// `guess` are fields whose names are likely to come in that order: a name that is the next of them is not looked up.
    mutating func read(
        _ list: Int?,
        schema: Int?,
        _ cache: inout NameCache,
        guess: [LeafBuilder.Field] = [],
        _ nodes: Span<JSONNode>,
        in text: Span<UInt8>
    ) {
        names.removeAll(keepingCapacity: true)
        isUndecodable = false
        guard let list, nodes[list].kind != .null else { return }
        guard nodes[list].kind == .array else { return giveUp() }
        var entry = list + 1
        let end = Int(nodes[list].next)
        while entry < end {
            let node = nodes[entry]
            if names.count < guess.count, Self.isSame(node, nodes[guess[names.count].value - 1], in: text),
                cache.isPlain(guess[names.count].name)
            {
                names.append(Name(field: guess[names.count].name, component: Name.whole))
                entry = Int(node.next)
                continue
            }
            guard node.kind == .string else { return giveUp() }
            if node.isEscaped || Bitmap.mayBegin(text, at: node.range) {
                let name = JSONText.unescaped(node, in: text)
                if let bitmap = Bitmap(name) {
                    guard let schema, let decoded = bitmap.names(of: schema, nodes, in: text) else {
                        return giveUp()
                    }
                    for name in decoded { append(name, &cache) }
                } else {
                    append(name, &cache)
                }
            } else {
                append(text, node.range, &cache)
            }
            entry = Int(node.next)
        }
    }

    /// Whether two names without escapes are the same text.
    private static func isSame(_ node: JSONNode, _ other: JSONNode, in text: Span<UInt8>) -> Bool {
        guard node.length == other.length, node.flags == 0, other.flags == 0, node.kind == .string else {
            return false
        }
        return MergeKey.compareBytes(text.bytes, node.range, text.bytes, other.range) == 0
    }

    /// Takes a list as upcasters left it.
    mutating func take(_ list: [ByteString]?, isUndecodable: Bool, _ cache: inout NameCache) {
        names.removeAll(keepingCapacity: true)
        self.isUndecodable = isUndecodable
        guard !isUndecodable else { return }
        for name in list ?? [] { append(name, &cache) }
    }

    /// The names as text, for upcasters; nil when there are none to go by.
    func list(_ cache: NameCache) -> [ByteString]? {
        guard !names.isEmpty else { return nil }
        return names.map { name in
            let field = cache.name(name.field)
            guard name.component != Name.whole else { return field }
            return ByteString(field.bytes + [UInt8(ascii: ".")] + cache.name(name.component).bytes)
        }
    }

    private mutating func giveUp() {
        names.removeAll(keepingCapacity: true)
        isUndecodable = true
    }

    private mutating func append(_ name: ByteString, _ cache: inout NameCache) {
        append(name.bytes.span, 0..<name.count, &cache)
    }

    /// Splits `F.c` at its first dot.
    private mutating func append(_ text: Span<UInt8>, _ range: Range<Int>, _ cache: inout NameCache) {
        let dot = Self.dot(text, range)
        let field = cache.number(of: text, in: range.lowerBound..<dot)
        let component =
            dot < range.upperBound ? cache.number(of: text, in: dot + 1..<range.upperBound) : Name.whole
        names.append(Name(field: field, component: component))
    }

    /// Where the first dot of a range is, or its end.
    private static func dot(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        let every: UInt64 = 0x0101_0101_0101_0101
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            let word = text.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            let other = word ^ every &* UInt64(UInt8(ascii: "."))
            if (other &- every) & ~other & (every &* 0x80) != 0 { break }
            at += 8
        }
        while at < range.upperBound, text[at] != UInt8(ascii: ".") { at += 1 }
        return at
    }

    /// The names of an object's members on a tape in the order of their first places; the last value of each counts.
    static func members(of object: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> [Int] {
        var seen: [ByteString: Int] = [:]
        var order: [Int] = []
        var name = object + 1
        while name < Int(nodes[object].next) {
            let word = JSONText.unescaped(nodes[name], in: text)
            if let place = seen[word] {
                order[place] = name
            } else {
                seen[word] = order.count
                order.append(name)
            }
            name = Int(nodes[name + 1].next)
        }
        return order
    }
}
