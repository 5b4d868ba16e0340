internal import RefoldBytes

/// `0x…`, or `p-0x…` for the components of field p.
struct Bitmap {
    private var parent: Int?
    /// The lowest digit first.
    private var digits: [UInt8]

    /// Whether a text begins with a digit, as every bitmap does and hardly a name.
    static func mayBegin(_ text: Span<UInt8>, at range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        return text[range.lowerBound] >= UInt8(ascii: "0") && text[range.lowerBound] <= UInt8(ascii: "9")
    }

    /// Nil when the entry is a name; an entry that begins like a bitmap and is none gives no digits.
    init?(_ entry: ByteString) {
        var rest = entry.bytes[...]
        let leading = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if !leading.isEmpty, rest.dropFirst(leading.count).starts(with: "-0x".utf8) {
            parent = leading.count <= 9 ? leading.reduce(0) { $0 * 10 + Int($1 & 15) } : Int.max
            rest = rest.dropFirst(leading.count + 3)
        } else if rest.starts(with: "0x".utf8) {
            rest = rest.dropFirst(2)
        } else {
            return nil
        }
        digits = []
        for byte in rest.reversed() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                digits.append((byte & 15) + 9)
            default:
                digits = []
                return
            }
        }
    }

    /// The names of the set bits; nil when it cannot be decoded.
    func names(of payload: Int, _ nodes: Span<JSONNode>, in text: Span<UInt8>) -> [ByteString]? {
        guard !digits.isEmpty else { return nil }
        let schema = ChangedNames.members(of: payload, nodes, in: text)
        guard let parent else {
            return bits(below: schema.count).map {
                $0.map { JSONText.unescaped(nodes[schema[$0]], in: text) }
            }
        }
        guard parent < schema.count else { return nil }
        let name = schema[parent]
        let field = JSONText.unescaped(nodes[name], in: text)
        switch nodes[name + 1].kind {
        case .null: return [field]
        case .object:
            let components = ChangedNames.members(of: name + 1, nodes, in: text)
            return bits(below: components.count)?.map { bit in
                let component = JSONText.unescaped(nodes[components[bit]], in: text)
                return ByteString(field.bytes + [UInt8(ascii: ".")] + component.bytes)
            }
        default: return nil
        }
    }

    private func bits(below count: Int) -> [Int]? {
        var result: [Int] = []
        for (place, digit) in digits.enumerated() where digit != 0 {
            for bit in 0..<4 where digit & (1 << bit) != 0 {
                guard place * 4 + bit < count else { return nil }
                result.append(place * 4 + bit)
            }
        }
        return result
    }
}
